"""An office with a drafter, a reviewer, a signer and a unit, and notices on their way through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import insert, select, update

from analytics.db import CONTACT, FINDING, RETEST
from console.clerk.work import Clerk
from console.notices.tables import NOTICE, NOTICE_ENTRY
from console.notify.tables import DELIVERY
from tests.console.deskdata import finding
from tests.console.deskside import Table, two_counties

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x02\x00\x00\x00\xfd\xd4\x9as"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
REPORT = {"measures": "已关闭上传目录的脚本执行", "finished": "2026-11-24", "person": "扎西", "cause": "配置不当"}


@dataclass
class Bureau:
    """The desk, its people, and the acts that bring a notice from one state to the next, all through the API."""

    table: Table
    drafter: TestClient = field(init=False)
    reviewer: TestClient = field(init=False)
    signer: TestClient = field(init=False)

    def __post_init__(self) -> None:
        two_counties(self.table)
        self.drafter = self.table.seat("editor", login="drafter")
        self.reviewer = self.table.seat("editor", login="reviewer")
        self.signer = self.table.seat("commander", login="signer")
        with self.table.desk.engine.begin() as connection:
            contact = {
                "unit_id": "U-1",
                "name": "扎西",
                "duty": "网管",
                "phone": "13800000000",
                "email": "z@u-1.example",
            }
            connection.execute(insert(CONTACT).values(contact))

    def draft(self, *numbers: int, kind: str = "hazard", **values: Any) -> str:
        """A draft about new findings with these numbers."""
        ids = [finding(self.table.desk.engine, number, **values) for number in numbers]
        answer = self.drafter.post("/api/v1/notices", json={"kind": kind, "findings": ids})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def move(self, seat: TestClient, notice: str, to: str, reason: str = "", expect: int = 200) -> dict[str, Any]:
        """Ask for an act, in the version of this moment."""
        sent = {"to": to, "reason": reason, "version": self.row(notice).version}
        answer = seat.post(f"/api/v1/notices/{notice}/move", json=sent)
        assert answer.status_code == expect, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def signed(self, *numbers: int, kind: str = "hazard", **values: Any) -> str:
        """A notice that only waits to be issued."""
        notice = self.draft(*(numbers or (1,)), kind=kind, **values)
        self.move(self.reviewer, notice, "reviewed")
        self.move(self.signer, notice, "signed")
        return notice

    def issued(self, *numbers: int, kind: str = "hazard", **values: Any) -> tuple[str, str]:
        """An issued notice and the path of its unit's link."""
        notice = self.signed(*numbers, kind=kind, **values)
        links = self.move(self.drafter, notice, "issued")["links"]
        return notice, str(links.get("U-1") or next(iter(links.values()))).removeprefix("http://127.0.0.1:8600")

    def fed_back(self, *numbers: int, **values: Any) -> tuple[str, str]:
        """A notice that its unit signed for and reported on."""
        notice, link = self.issued(*numbers, **values)
        self.say(link, "sign", name="扎西", phone="13800000000")
        self.say(link, "feedback", **REPORT)
        return notice, link

    def say(self, link: str, what: str, expect: int = 200, **said: str) -> dict[str, Any]:
        """What the unit says on its page, as JSON."""
        answer = self.table.browser().post(f"{link}/{what}", json=said)
        assert answer.status_code == expect, answer.text
        found: dict[str, Any] = answer.json() if answer.headers["content-type"] == "application/json" else {}
        return found

    def row(self, notice: str) -> Any:
        with self.table.desk.engine.begin() as connection:
            return connection.execute(select(NOTICE).where(NOTICE.c.id == notice)).one()

    def kinds(self, notice: str) -> list[str]:
        """The kinds of lines of a notice's timeline, oldest first."""
        mine = select(NOTICE_ENTRY.c.kind).where(NOTICE_ENTRY.c.notice_id == notice).order_by(NOTICE_ENTRY.c.id)
        with self.table.desk.engine.begin() as connection:
            return list(connection.execute(mine).scalars())

    def finding_state(self, number: int = 1) -> str:
        with self.table.desk.engine.begin() as connection:
            return str(
                connection.execute(select(FINDING.c.state).where(FINDING.c.id == f"fi-{number:04d}")).scalar_one()
            )

    def messages(self, kind: str | None = None) -> list[Any]:
        every = select(DELIVERY).order_by(DELIVERY.c.id)
        with self.table.desk.engine.begin() as connection:
            rows = connection.execute(every if kind is None else every.where(DELIVERY.c.kind == kind)).all()
        return list(rows)

    def clerk(self) -> Clerk:
        """The clerk of this office."""
        desk = self.table.desk
        return Clerk(desk.engine, desk.reads, desk.store, desk.data, desk.office, desk.clock)

    def answer(self, says: str, state: str) -> None:
        """Answer every open re-test, and leave its finding as intake would."""
        now = self.table.clock()
        with self.table.desk.engine.begin() as connection:
            open_orders = RETEST.c.state.in_(("ordered", "sent"))
            ids = connection.execute(select(RETEST.c.finding_id).where(open_orders)).scalars().all()
            connection.execute(
                update(RETEST).where(open_orders).values(state="answered", answer=says, answered_at=now, reason="超时")
            )
            connection.execute(
                update(FINDING).where(FINDING.c.id.in_(ids)).values(state=state, version=FINDING.c.version + 1)
            )
