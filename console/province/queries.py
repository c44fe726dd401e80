"""What the pages of the link show, inside the viewer's scope. The queue itself is for those who see everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from analytics.db import INCIDENT
from console.accounts.viewer import Viewer
from console.exercise.tables import EXERCISE
from console.province.link import active_link
from console.province.outbox import BACKLOG
from console.province.report_form import kind_of
from console.province.tables import (
    INBOX,
    INSTRUCTION,
    INSTRUCTION_STEP,
    OUTBOX,
    RECEIPT,
    RECONCILIATION,
    REPORT,
    REPORT_RELEASE,
)
from console.province.waiting import OPEN_REPORTS
from console.web.clocks import entries, moment_of
from console.web.scope import in_scope

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class LinkView:
    """How the link is: its row, what waits and since when, what needs a person."""

    row: Row[Any] | None
    backlog: int
    oldest: datetime | None
    held: int
    dead: int
    returned: int


def link_view(connection: Connection) -> LinkView:
    """The state of the link now."""
    counted = {
        state: (int(count), oldest)
        for state, count, oldest in connection.execute(
            select(OUTBOX.c.state, func.count(), func.min(OUTBOX.c.created_at)).group_by(OUTBOX.c.state)
        )
    }
    waiting = [counted[state] for state in BACKLOG if state in counted]
    return LinkView(
        row=active_link(connection),
        backlog=sum(count for count, _ in waiting),
        oldest=min((oldest for _, oldest in waiting), default=None),
        held=counted.get("held", (0, None))[0],
        dead=counted.get("dead", (0, None))[0],
        returned=counted.get("returned", (0, None))[0],
    )


def reports(
    connection: Connection, who: Viewer, incident_id: str | None = None, state: str | None = None
) -> Sequence[Row[Any]]:
    """Reports, the newest first."""
    statement = select(
        REPORT, INCIDENT.c.title, INCIDENT.c.title_en, INCIDENT.c.grading, EXERCISE.c.name.label("exercise")
    ).join(INCIDENT, INCIDENT.c.id == REPORT.c.incident_id)
    statement = statement.outerjoin(EXERCISE, EXERCISE.c.id == REPORT.c.exercise_id)
    if incident_id:
        statement = statement.where(REPORT.c.incident_id == incident_id)
    if state:
        statement = statement.where(REPORT.c.state == state)
    statement = in_scope(statement, REPORT, who).order_by(REPORT.c.id.desc()).limit(PAGE)
    return connection.execute(statement).all()


def one_report(connection: Connection, who: Viewer, report_id: str) -> Row[Any] | None:
    """A report this viewer may see."""
    statement = (
        select(REPORT, INCIDENT.c.title, INCIDENT.c.title_en, INCIDENT.c.grading, EXERCISE.c.name.label("exercise"))
        .join(INCIDENT, INCIDENT.c.id == REPORT.c.incident_id)
        .outerjoin(EXERCISE, EXERCISE.c.id == REPORT.c.exercise_id)
        .where(REPORT.c.id == report_id)
    )
    return connection.execute(in_scope(statement, REPORT, who)).one_or_none()


def deadline(row: Row[Any]) -> tuple[str, str, datetime] | None:
    """The duty that ends first of those this report fulfils, in both languages, and when; None when none is owed."""
    if row.state not in OPEN_REPORTS:
        return None
    owed = kind_of(row.kind).clocks
    found = [
        (due, str(entry.get("zh", "")), str(entry.get("en", "")))
        for entry in entries(row.grading)
        if entry.get("id") in owed and not entry.get("met") and (due := moment_of(entry.get("due"))) is not None
    ]
    if not found:
        return None
    due, zh, en = min(found)
    return zh, en, due


def releases(connection: Connection, report: Row[Any]) -> Sequence[Row[Any]]:
    """Who stands for what the report says now; once it has gone, for what went."""
    rows = connection.execute(
        select(REPORT_RELEASE).where(REPORT_RELEASE.c.report_id == report.id).order_by(REPORT_RELEASE.c.id)
    ).all()
    newest = report.version if report.state == "draft" else max((row.version for row in rows), default=0)
    return [row for row in rows if row.version == newest]


def report_document(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """A report as JSON values."""
    return {
        **report_line(row),
        "items": row.items,
        "marking": row.marking,
        "drafted_by": row.drafted_by,
        "drafted_at": row.drafted_at.isoformat(),
        "released_at": row.released_at.isoformat() if row.released_at else None,
        "previous": row.previous_id,
        "reason": row.reason,
        "exercise": row.exercise,
        "version": row.version,
        "releases": [
            {"by": one.by, "at": one.at.isoformat(), "reason": one.reason} for one in releases(connection, row)
        ],
        "receipts": [receipt_document(one) for one in receipts(connection, row.message_id)],
    }


def report_line(row: Row[Any]) -> dict[str, Any]:
    """A report in a list."""
    return {
        "id": row.id,
        "incident": row.incident_id,
        "kind": row.kind,
        "kind_name": kind_of(row.kind).zh,
        "state": row.state,
        "message": row.message_id,
        "receipt_no": row.receipt_no,
    }


def receipts(connection: Connection, message_id: str | None) -> Sequence[Row[Any]]:
    """The receipts of a message, given and got."""
    if not message_id:
        return []
    return connection.execute(
        select(RECEIPT).where(RECEIPT.c.message_id == message_id).order_by(RECEIPT.c.at, RECEIPT.c.id)
    ).all()


def receipt_document(row: Row[Any]) -> dict[str, Any]:
    """A receipt as JSON values."""
    return {
        "direction": row.direction,
        "kind": row.kind,
        "result": row.result,
        "receipt_no": row.receipt_no,
        "reason": row.reason,
        "at": row.at.isoformat(),
    }


def instructions(connection: Connection, who: Viewer, state: str | None = None) -> Sequence[Row[Any]]:
    """Instructions, the newest first."""
    statement = select(INSTRUCTION)
    if state:
        statement = statement.where(INSTRUCTION.c.state == state)
    statement = in_scope(statement, INSTRUCTION, who).order_by(INSTRUCTION.c.id.desc()).limit(PAGE)
    return connection.execute(statement).all()


def one_instruction(connection: Connection, who: Viewer, instruction_id: str) -> Row[Any] | None:
    """An instruction this viewer may see."""
    statement = select(INSTRUCTION).where(INSTRUCTION.c.id == instruction_id)
    return connection.execute(in_scope(statement, INSTRUCTION, who)).one_or_none()


def steps(connection: Connection, instruction_id: str) -> Sequence[Row[Any]]:
    """What was done to an instruction, each with the state of the message that carries it up."""
    return connection.execute(
        select(INSTRUCTION_STEP, OUTBOX.c.state.label("sent"))
        .outerjoin(OUTBOX, OUTBOX.c.message_id == INSTRUCTION_STEP.c.message_id)
        .where(INSTRUCTION_STEP.c.instruction_id == instruction_id)
        .order_by(INSTRUCTION_STEP.c.id)
    ).all()


def instruction_document(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """An instruction as JSON values."""
    return {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "urgency": row.urgency,
        "title": row.title,
        "content": row.content,
        "targets": row.targets,
        "state": row.state,
        "received_at": row.received_at.isoformat(),
        "due_sign": row.due_sign.isoformat() if row.due_sign else None,
        "due_feedback": row.due_feedback.isoformat() if row.due_feedback else None,
        "incident": row.incident_id,
        "notice": row.notice_id,
        "unit": row.unit_id,
        "marking": row.marking,
        "version": row.version,
        "steps": [
            {"from": one.state_from, "to": one.state_to, "at": one.at.isoformat(), "by": one.by, "text": one.text}
            | {"unit": one.unit_id, "message": one.message_id, "sent": one.sent}
            for one in steps(connection, row.id)
        ],
    }


def messages(
    connection: Connection, who: Viewer, table: Any, state: str | None = None, before: int | None = None
) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of the outbox or the inbox, newest first, and the number the next page begins after."""
    if not who.sees_all:
        return [], None
    statement = select(table)
    if state:
        statement = statement.where(table.c.state == state)
    if before:
        statement = statement.where(table.c.id < before)
    rows = connection.execute(statement.order_by(table.c.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def one_message(connection: Connection, who: Viewer, message_id: str) -> tuple[str, Row[Any]] | None:
    """A message and its direction, `out` or `in`."""
    if not who.sees_all:
        return None
    for direction, table in (("out", OUTBOX), ("in", INBOX)):
        row = connection.execute(select(table).where(table.c.message_id == message_id).limit(1)).one_or_none()
        if row is not None:
            return direction, row
    return None


def reconciliations(connection: Connection, who: Viewer) -> Sequence[Row[Any]]:
    """The last days that were compared."""
    if not who.sees_all:
        return []
    statement = select(RECONCILIATION).order_by(RECONCILIATION.c.day.desc(), RECONCILIATION.c.direction.desc())
    return connection.execute(statement.limit(14)).all()


def days(connection: Connection, who: Viewer, day: str) -> Sequence[Row[Any]]:
    """Both directions of one day."""
    if not who.sees_all:
        return []
    return connection.execute(
        select(RECONCILIATION).where(RECONCILIATION.c.day == day).order_by(RECONCILIATION.c.direction.desc())
    ).all()
