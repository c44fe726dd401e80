"""What people do on the link: one function, one transaction, one entry in the audit chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from analytics.correlation.records import enter
from analytics.db import INCIDENT, UNIT
from analytics.grading.tables import Words
from analytics.lifecycle import IllegalMove, Stale, Unfit, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.incidents.queries import one as one_incident
from console.province import instructions, outbox, reconciliation
from console.province.carrying import Taken, take_package
from console.province.link import settle
from console.province.markings import may_leave, rank
from console.province.party import party
from console.province.queries import one_instruction, one_message, one_report, releases
from console.province.report_body import report_body
from console.province.report_form import cleaned, kind_of, lacks
from console.province.report_life import change
from console.province.reporting import draft_report
from console.province.tables import REPORT, REPORT_RELEASE
from console.response.clocks import meet_clock
from console.web.changes import announce
from console.web.desk import Desk
from console.web.scope import in_scope

# So many different people let a report go up.
PEOPLE: Final = 2


def draft(here: Desk, who: Viewer, incident_id: str, kind: str) -> str:
    """Draft a report of an incident; its id. Unknown, or ValueError for a kind there is not."""
    now = here.clock()
    with here.engine.begin() as connection:
        if one_incident(connection, who, incident_id) is None:
            raise Unknown(f"incident {incident_id}")
        report_id = draft_report(connection, incident_id, kind, who.login, now)
        _record(connection, here, who, "report.draft", f"report {report_id}", {"incident": incident_id, "kind": kind})
    return report_id


def edit(
    here: Desk, who: Viewer, report_id: str, items: Mapping[str, Any], marking: str | None, version: int | None
) -> None:
    """Change what a draft says; releases of what it said before no longer count. Unknown, Stale or ValueError."""
    with here.engine.begin() as connection:
        row = _report(connection, who, report_id, version)
        if row.state != "draft":
            raise IllegalMove(f"report {report_id}", row.state, "changed")
        said = {**row.items, **cleaned(row.kind, items)}
        marked = marking or row.marking
        rank(marked)
        change(connection, row, here.clock(), items=said, marking=marked)
        changed = sorted(key for key in said if said[key] != row.items.get(key))
        _record(connection, here, who, "report.edit", f"report {report_id}", {"items": changed, "marking": marked})


def release(here: Desk, who: Viewer, report_id: str, reason: str, version: int | None = None) -> bool:
    """Stand for a draft; the second person's word sends it up. Whether it goes now.

    Unknown or Stale; ValueError when something is missing, the marking is too grave, or this person has spoken already.
    """
    now = here.clock()
    with here.engine.begin() as connection:
        connection.execute(select(REPORT.c.id).where(REPORT.c.id == report_id).with_for_update())
        row = _report(connection, who, report_id, version)
        if row.state != "draft":
            raise IllegalMove(f"report {report_id}", row.state, "released")
        missing = lacks(row.kind, row.items)
        if missing:
            names = "、".join(item.zh for item in missing)
            raise Unfit(f"报告还缺以下内容：{names}", f"the report does not say yet: {names}")
        link = settle(connection, here.office.province)
        if not may_leave(row.marking, link.marking):
            raise Unfit(
                f"报告标记为“{row.marking}”，省级链路最高只能传送“{link.marking}”，请改用其他渠道报送",
                f"the report is marked {row.marking}, and the link carries up to {link.marking}",
            )
        before = releases(connection, row)
        if any(one.by == who.login for one in before):
            raise Unfit(
                "您已同意上报，还须由第二人同意", "you released this report already; a second person must do so too"
            )
        connection.execute(
            insert(REPORT_RELEASE).values(report_id=row.id, version=row.version, by=who.login, at=now, reason=reason)
        )
        people = [*(one.by for one in before), who.login]
        goes = len(people) >= PEOPLE
        detail = {"version": row.version, "reason": reason, "people": people}
        _record(connection, here, who, "report.release", f"report {report_id}", detail)
        if goes:
            _send_up(connection, here, who, row, people)
        else:
            announce(connection, "province", report_id, now)
            _tell(
                connection,
                row,
                f"{who.name} 同意上报，等待第二人",
                f"{who.name} released it; one more person",
                here,
                who,
            )
    return goes


def withdraw(here: Desk, who: Viewer, report_id: str, reason: str) -> None:
    """Give a draft up. Unknown or IllegalMove."""
    with here.engine.begin() as connection:
        row = _report(connection, who, report_id, None)
        change(connection, row, here.clock(), state="withdrawn", reason=reason)
        _tell(connection, row, f"撤回草稿：{reason}", f"withdrawn: {reason}", here, who)
        _record(connection, here, who, "report.withdraw", f"report {report_id}", {"reason": reason})


def reopen(here: Desk, who: Viewer, report_id: str) -> None:
    """Take a report that the province returned back to the desk, to be mended and released anew."""
    with here.engine.begin() as connection:
        row = _report(connection, who, report_id, None)
        change(connection, row, here.clock(), state="draft")
        _record(connection, here, who, "report.reopen", f"report {report_id}", {"reason": row.reason})


def step(here: Desk, who: Viewer, instruction_id: str, taken: instructions.Step) -> None:
    """Move an instruction on, and tell the province. Unknown, IllegalMove, Stale or ValueError."""
    with here.engine.begin() as connection:
        if one_instruction(connection, who, instruction_id) is None:
            raise Unknown(f"instruction {instruction_id}")
        if taken.incident_id and one_incident(connection, who, taken.incident_id) is None:
            said = f"没有编号为“{taken.incident_id[:20]}”的事件，或者不在您的管辖范围内，请核对"
            raise Unknown(f"incident {taken.incident_id}", said)
        if taken.unit_id and not _unit_in_scope(connection, who, taken.unit_id):
            raise Unknown(f"unit {taken.unit_id}")
        settle(connection, here.office.province)
        message_id = instructions.move(connection, instruction_id, taken, who.login, here.clock())
        detail = {"to": taken.to, "text": taken.text, "unit": taken.unit_id, "message": message_id}
        _record(connection, here, who, "instruction.move", f"instruction {instruction_id}", detail)


def send_again(here: Desk, who: Viewer, message_id: str) -> str:
    """Have a message sent again; its state. Unknown."""
    with here.engine.begin() as connection:
        _message(connection, who, message_id)
        settle(connection, here.office.province)
        state = outbox.send_again(connection, message_id, here.clock())
        _record(connection, here, who, "link.resend", f"message {message_id}", {"state": state})
    return state


def give_up(here: Desk, who: Viewer, message_id: str, reason: str) -> None:
    """Give a message up for good; only a person does. Unknown or IllegalMove."""
    with here.engine.begin() as connection:
        _message(connection, who, message_id)
        outbox.give_up(connection, message_id, reason, here.clock())
        _record(connection, here, who, "link.dead", f"message {message_id}", {"reason": reason})


def reconcile(here: Desk, who: Viewer, day: str) -> None:
    """Ask the province now to compare a day. Unknown below the whole prefecture; ValueError for what is no day."""
    if not who.sees_all:
        raise Unknown(f"day {day}")
    with here.engine.begin() as connection:
        link = settle(connection, here.office.province)
        reconciliation.ask(connection, link.peer, day, here.clock())
        _record(connection, here, who, "link.reconcile", f"day {day}", {})


def take_file(here: Desk, who: Viewer, content: bytes) -> Taken:
    """Take a package that somebody carried here. ValueError, in one sentence, for one that is not in order."""
    side = party(here.data.root, here.office.province)
    return take_package(here.engine, side, content, who.login, here.clock())


def _send_up(connection: Connection, here: Desk, who: Viewer, row: Row[Any], people: list[str]) -> None:
    now = here.clock()
    message_id = outbox.put(
        connection,
        "event_report",
        report_body(connection, row, people, here.office, now),
        at=now,
        ref=f"report {row.id}",
        marking=row.marking,
        exercise_id=row.exercise_id,
    )
    change(connection, row, now, state="released", released_at=now, message_id=message_id, reason=None)
    _tell(connection, row, f"经 {'、'.join(people)} 同意上报", f"released by {', '.join(people)}", here, who)
    message = outbox.message(connection, message_id)
    # What may not leave has reported nothing: the duty stays owed until it goes.
    if message is not None and message.state != "held":
        for clock in kind_of(row.kind).clocks:
            meet_clock(connection, row.incident_id, clock, now, who.login)


def _tell(connection: Connection, row: Row[Any], zh: str, en: str, here: Desk, who: Viewer) -> None:
    """One line of the incident's timeline, and word to the pages that show it."""
    kind, now = kind_of(row.kind), here.clock()
    words = Words(f"{kind.zh} {row.id} {zh}", f"{kind.en} {row.id} {en}")
    enter(connection, row.incident_id, "report", f"{row.id}:{row.version}:{who.login}"[:80], now, now, words, who.login)
    site = connection.execute(select(INCIDENT.c.site_id).where(INCIDENT.c.id == row.incident_id)).scalar()
    announce(connection, "incident", row.incident_id, now, site)


def _report(connection: Connection, who: Viewer, report_id: str, version: int | None) -> Row[Any]:
    row = one_report(connection, who, report_id)
    if row is None:
        raise Unknown(f"report {report_id}")
    if version is not None and row.version != version:
        raise Stale(f"report {report_id}")
    return row


def _unit_in_scope(connection: Connection, who: Viewer, unit_id: str) -> bool:
    return connection.execute(in_scope(select(UNIT.c.id).where(UNIT.c.id == unit_id), UNIT, who)).first() is not None


def _message(connection: Connection, who: Viewer, message_id: str) -> None:
    if one_message(connection, who, message_id) is None:
        raise Unknown(f"message {message_id}")


def _record(
    connection: Connection, here: Desk, who: Viewer, action: str, target: str, detail: Mapping[str, Any]
) -> None:
    record(connection, at=here.clock(), actor=who.login, action=action, object=target, detail=detail)
