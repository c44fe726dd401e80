"""The pretend province and a desk over real HTTP: reports up, instructions down, and everything that goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update

from console.app import create_app
from console.bootstrap import now
from console.clerk.work import Clerk
from console.exercise.state import start
from console.office.settings import OfficeSettings, ProvinceLink
from console.province import jobs, use_cases
from console.province.keys import our_key, public_pem
from console.province.outbox import enqueue
from console.province.queries import one_report, report_document
from console.province.simulator.app import create_province
from console.province.simulator.province import Province
from console.province.tables import INBOX, INSTRUCTION, LINK_STATE, OUTBOX, RECEIPT
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.province.simulator.serving import free_port, served
from tests.console.province.test_use_cases import LI, WANG


class Both:
    """A desk with its clerk, and the province it speaks with."""

    def __init__(self, table: Table, province: Province, clerk: Clerk, control: str) -> None:
        self.table, self.province, self.clerk, self.control = table, province, clerk, control

    def go(self, until: Callable[[], Any], seconds: float = 8) -> Any:
        """Let both work until something is so."""
        end = time.monotonic() + seconds
        while not (found := until()):
            assert time.monotonic() < end, "not in time"
            with self.table.desk.engine.begin() as connection:
                connection.execute(jobs_pause())
            jobs.send(self.clerk)
            jobs.handle(self.clerk)
            self.province.step()
        return found

    def post(self, path: str, values: dict[str, Any]) -> Any:
        answer = httpx2.post(f"{self.control}/control/{path}", json=values)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def rows(self, table: Any, *columns: Any) -> list[Any]:
        with self.table.desk.reads.begin() as connection:
            return list(connection.execute(select(*columns or (table,)).order_by(table.c.id)).all())


def jobs_pause() -> Any:
    """Forget the pause after a failure, so that tests need not wait for it."""
    return update(LINK_STATE).values(next_at=None)


@pytest.fixture(params=["Ed25519", "SM2"])
def both(request: pytest.FixtureRequest, table: Table, tmp_path: Path) -> Iterator[Both]:
    here, there = free_port(), free_port()
    link = ProvinceLink(
        transport="https", url=f"http://127.0.0.1:{there}", is_exercise=True, signature=str(request.param)
    )
    table.desk = replace(table.desk, office=OfficeSettings(province=link), clock=now)
    settings = ProvinceLink(
        us=link.peer, peer=link.us, transport="https", url=f"http://127.0.0.1:{here}", is_exercise=True
    )
    province = Province(tmp_path / "province", settings, now, lambda: 0.0)
    ours = our_key(table.desk.data.keys, link.signature)
    (province.root / "keys").mkdir(exist_ok=True)
    (province.root / "keys" / "peer.pem").write_text(public_pem(ours.public))
    (table.desk.data.keys / "peer.pem").write_text(public_pem(province.party.key.public))
    two_counties(table)
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        start(connection, "演练", "lead", now())
    desk = table.desk
    clerk = Clerk(desk.engine, desk.reads, desk.store, desk.data, desk.office, now)
    with served(create_app(desk), here), served(create_province(province), there) as control:
        yield Both(table, province, clerk, control)
    province.end()


def test_a_report_goes_up_and_both_receipts_come_back(both: Both) -> None:
    desk = both.table.desk
    report_id = use_cases.draft(desk, WANG, "2026-0001", "first")
    use_cases.release(desk, WANG, report_id, "同意")
    use_cases.release(desk, LI, report_id, "同意")

    def accepted() -> Any:
        with desk.reads.begin() as connection:
            row = one_report(connection, WANG, report_id)
            return row is not None and row.state == "accepted" and report_document(connection, row)

    found = both.go(accepted)

    assert found["receipt_no"].startswith("SC-")
    assert [(one["kind"], one["result"]) for one in found["receipts"]] == [
        ("transport", "stored"),
        ("business", "accepted"),
    ]
    received = httpx2.get(f"{both.control}/control/state").json()["received"]
    assert [one["kind"] for one in received][:1] == ["event_report"]


def test_an_instruction_comes_down_once_whatever_happens_on_the_way(both: Both) -> None:
    both.post("fault", {"corrupt": 1, "duplicate": 1})
    first = both.post("instruction", {"number": "川网指〔2026〕1号", "title": "核查网页篡改"})
    again = both.post("instruction", {"number": "川网指〔2026〕1号"})
    rows = both.go(lambda: both.rows(INSTRUCTION))

    assert first == again
    assert [(row.number, row.title, row.state) for row in rows] == [("川网指〔2026〕1号", "核查网页篡改", "received")]
    both.go(lambda: {one["state"] for one in both.province.state()["sent"]} == {"accepted"})


@pytest.mark.parametrize("fault", ["drop", "lose_receipts", "refuse"])
def test_messages_get_there_in_order_and_once_whatever_is_lost(both: Both, fault: str) -> None:
    both.post("fault", {fault: 2})
    with both.table.desk.engine.begin() as connection:
        for number in range(12):
            enqueue(connection, "instruction_step", {"number": number}, at=now(), ref="x")

    both.go(lambda: {row.state for row in both.rows(OUTBOX) if row.kind == "instruction_step"} == {"accepted"})

    arrived = [one for one in both.province.state()["received"] if one["kind"] == "instruction_step"]
    assert [one["body"]["number"] for one in arrived] == list(range(12))


def test_a_returned_report_an_old_sequence_and_absence(both: Both) -> None:
    both.post("instruction", {"number": "一号"})
    both.go(lambda: both.rows(INSTRUCTION))
    both.post("fault", {"old_sequence": 1, "return_reports": 1, "away": True})
    desk = both.table.desk
    report_id = use_cases.draft(desk, WANG, "2026-0001", "first")
    for who in (WANG, LI):
        use_cases.release(desk, who, report_id, "同意")
    jobs.send(both.clerk)
    assert "waiting" in {row.state for row in both.rows(OUTBOX)}
    both.post("fault", {"away": False})

    def returned() -> Any:
        with desk.reads.begin() as connection:
            row = one_report(connection, WANG, report_id)
            return row if row is not None and row.state == "returned" else None

    assert both.go(returned).reason == "内容不全，请补充后重新报送"
    assert len(both.rows(INSTRUCTION)) == 1
    use_cases.reopen(desk, WANG, report_id)
    assert ("got", "business", "returned") in [
        tuple(row) for row in both.rows(RECEIPT, RECEIPT.c.direction, RECEIPT.c.kind, RECEIPT.c.result)
    ]


def test_intelligence_comes_down_and_a_day_is_compared(both: Both) -> None:
    bundle = {"type": "bundle", "id": "bundle--5b7e5409-2f5f-4dc4-9043-8d2001516000", "objects": []}
    both.post("intel", {"bundle": bundle})
    both.go(lambda: both.rows(INBOX))
    both.go(lambda: {row.state for row in both.rows(INBOX)} <= {"accepted", "returned"})
    both.post("reconcile", {"day": "2026-11-23"})
    both.go(lambda: [row for row in both.rows(INBOX) if row.kind == "reconciliation" and row.state == "accepted"])
    assert httpx2.post(f"{both.control}/control/reconcile", json={"day": "x"}).status_code == 422
    assert httpx2.post(f"{both.control}/control/fault", json={"fire": 1}).status_code == 422
