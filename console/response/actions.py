"""What the commands of our own do: each a function in one table, working in the transaction of its step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from analytics.correlation.records import enter
from analytics.db import FINDING, INCIDENT_MEMBER
from analytics.findings.finding import GONE
from analytics.grading.tables import Words
from console.notices.drafting import draft_for_incident
from console.notices.retesting import order_retest
from console.notify.tell import Message, tell
from console.province.reporting import draft_report
from console.response.cacao.extension import own_command
from console.response.mechanism import Mechanism
from console.response.recipients import recipients
from console.response.tables import BLOCK_REQUEST


@dataclass(frozen=True, slots=True)
class Doing:
    """One command to carry out: whose run, which step and visit, its members with their variables filled."""

    run: Row[Any]
    step: str
    visit: int
    number: int
    content: Mapping[str, Any]
    mechanism: Mechanism
    at: datetime

    @property
    def key(self) -> str:
        """The same for the same command of the same execution, so that nothing is done twice."""
        place = f"{self.step}/{self.visit}/{self.number}"
        return f"{self.run.id}:{hashlib.sha256(place.encode()).hexdigest()[:16]}"

    @property
    def text(self) -> str:
        return str(self.content.get("command", ""))

    def said(self, name: str) -> str:
        """A member of the command as text."""
        return str(self.content.get(name, ""))

    @property
    def incident(self) -> str:
        if self.run.incident_id is None:
            raise ValueError("the run belongs to no incident, which this command needs")
        return str(self.run.incident_id)


def notify(connection: Connection, doing: Doing) -> Words:
    """Queue a message to everyone of a slot, a group, or the responsible unit."""
    told = _tell(connection, doing, doing.said("subject"), doing.text)
    return Words(f"已通知：{'、'.join(told)}", f"Told: {', '.join(told)}")


def ticket(connection: Connection, doing: Doing) -> Words:
    """Draft a notice for the incident's unit; people review, sign and issue it."""
    run = doing.run
    notice = draft_for_incident(
        connection, doing.said("kind"), doing.incident, run.started_by, doing.at, run.exercise_id
    )
    return Words(f"已起草通报 {notice}", f"Notice {notice} drafted")


def report_up(connection: Connection, doing: Doing) -> Words:
    """Draft a report to the province; two people release it."""
    run = doing.run
    report = draft_report(connection, doing.incident, doing.said("kind"), run.started_by, doing.at, run.exercise_id)
    return Words(f"已起草报告 {report}", f"Report {report} drafted")


def retest(connection: Connection, doing: Doing) -> Words:
    """Order a re-test of each finding of the incident."""
    members = select(INCIDENT_MEMBER.c.member_id).where(
        INCIDENT_MEMBER.c.incident_id == doing.incident, INCIDENT_MEMBER.c.kind == "finding"
    )
    standing = select(FINDING.c.id).where(FINDING.c.id.in_(members), FINDING.c.state.not_in(sorted(GONE)))
    findings = connection.execute(standing.order_by(FINDING.c.id)).scalars().all()
    for finding in findings:
        run = doing.run
        order_retest(connection, finding, run.started_by, doing.at, f"run {run.id}", run.exercise_id)
    if not findings:
        return Words("事件没有关联隐患，无需复测", "The incident has no finding to test again")
    return Words(f"已安排复测 {len(findings)} 项隐患", f"Re-test of {len(findings)} findings ordered")


def block_request(connection: Connection, doing: Doing) -> Words:
    """Ask a slot to block an address at its border, and keep the request. The desk itself blocks nothing."""
    address, slot, run = doing.said("address").strip(), doing.said("to"), doing.run
    if not address or address.endswith(":value"):
        raise ValueError("there is no address to ask to block")
    known = connection.execute(select(BLOCK_REQUEST.c.id).where(BLOCK_REQUEST.c.key == doing.key)).first()
    if known is None:
        connection.execute(
            insert(BLOCK_REQUEST).values(
                key=doing.key,
                run_id=run.id,
                incident_id=run.incident_id,
                county=run.county,
                unit_id=run.unit_id,
                site_id=run.site_id,
                exercise_id=run.exercise_id,
                address=address[:200],
                slot=slot[:80],
                reason=doing.text,
                asked_by=run.started_by,
                asked_at=doing.at,
            )
        )
    told = _tell(connection, doing, f"请求封禁 {address[:200]}", doing.text or f"请在边界封禁 {address}")
    zh = f"已请求封禁 {address[:200]}：{'、'.join(told)}"
    return Words(zh, f"Asked to block {address[:200]}: {', '.join(told)}")


# The name of a command, without its `x-`, and what it does. Each returns what it did, for the log.
ACTIONS: Final[Mapping[str, Callable[[Connection, Doing], Words]]] = {
    "notify": notify,
    "ticket": ticket,
    "report-up": report_up,
    "retest": retest,
    "block-request": block_request,
}


def act(connection: Connection, kind: str, doing: Doing) -> str:
    """Carry out one command of our own and say what was done. ValueError or LookupError when it cannot be."""
    name = own_command(kind)
    if name is None:
        raise ValueError(f"{kind!r} is no command of ours")
    did = ACTIONS[name](connection, doing)
    if doing.run.incident_id:
        enter(connection, doing.run.incident_id, "run", f"run:{doing.key}", doing.at, doing.at, did, "clerk")
    return did.zh


def _tell(connection: Connection, doing: Doing, subject: str, text: str) -> list[str]:
    found = recipients(connection, doing.mechanism, doing.said("to"), doing.run.unit_id, doing.run.county)
    if not found:
        raise ValueError(f"{doing.said('to')!r} names nobody who can be told")
    about = f"incident {doing.run.incident_id}" if doing.run.incident_id else f"run {doing.run.id}"
    for number, one in enumerate(found):
        key = f"{doing.key}:{number}"
        urgent = doing.content.get("urgent") is True
        tell(
            connection,
            Message(key, "callout", one, subject[:300], text, about, urgent=urgent),
            doing.at,
            doing.run.exercise_id,
        )
    return [one.name for one in found]
