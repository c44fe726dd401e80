"""What follows in our own records when the peer says something about a message of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from analytics.correlation.records import enter
from analytics.db import INCIDENT
from analytics.grading.tables import Words
from console.province.reconciliation import answered
from console.province.report_form import kind_of
from console.province.report_life import MOVES, change
from console.province.tables import REPORT
from console.response.clocks import meet_clock, note_moment
from console.web.changes import announce

# A report's state for a message's.
_REPORT: Final = {"sent": "sent", "stored": "received", "accepted": "accepted", "returned": "returned"}


def follow(
    connection: Connection,
    message: Row[Any],
    state: str,
    at: datetime,
    reason: str | None = None,
    receipt_no: str | None = None,
    said: Mapping[str, Any] | None = None,
) -> None:
    """Let the record that a message tells of follow it, inside the caller's transaction."""
    step = FOLLOWERS.get(message.kind)
    if step is not None:
        step(connection, message, state, at, reason, receipt_no, said or {})


def _report(
    connection: Connection,
    message: Row[Any],
    state: str,
    at: datetime,
    reason: str | None,
    receipt_no: str | None,
    said: Mapping[str, Any],
) -> None:
    if state in ("accepted", "returned"):
        # Whatever was lost on the way: what has an answer was sent and received before.
        for before in ("sent", "stored"):
            _report_step(connection, message, before, at, None, None)
    _report_step(connection, message, state, at, reason, receipt_no)


def _report_step(
    connection: Connection,
    message: Row[Any],
    state: str,
    at: datetime,
    reason: str | None,
    receipt_no: str | None,
) -> None:
    to = _REPORT.get(state)
    row = connection.execute(select(REPORT).where(REPORT.c.message_id == message.message_id)).one_or_none()
    if row is None or to is None or to not in MOVES.get(row.state, frozenset()):
        return
    values: dict[str, Any] = {"state": to, "reason": reason}
    if receipt_no:
        values["receipt_no"] = receipt_no
    change(connection, row, at, **values)
    enter(
        connection,
        row.incident_id,
        "report",
        f"report:{row.id}:{to}:{message.message_id[-12:]}",
        at,
        at,
        _words(kind_of(row.kind), row.id, to, reason, receipt_no),
        "gongga",
    )
    if to == "sent":
        # One that was held when it was released is up now.
        for clock in kind_of(row.kind).clocks:
            meet_clock(connection, row.incident_id, clock, at, "gongga")
    if to == "received":
        # What the province in its turn must do counts from here.
        note_moment(connection, row.incident_id, "receipt", at, at, "gongga")
    site = connection.execute(select(INCIDENT.c.site_id).where(INCIDENT.c.id == row.incident_id)).scalar()
    announce(connection, "incident", row.incident_id, at, site)


def _words(kind: Any, report_id: str, to: str, reason: str | None, receipt_no: str | None) -> Words:
    number = f"，回执号 {receipt_no}" if receipt_no else ""
    number_en = f", receipt {receipt_no}" if receipt_no else ""
    zh, en = {
        "sent": ("已发往省级平台", "sent to the province"),
        "received": ("省级平台已接收", "stored by the province"),
        "accepted": (f"省级平台已受理{number}", f"accepted by the province{number_en}"),
        "returned": (f"被省级平台退回：{reason or '未说明原因'}", f"returned by the province: {reason or 'no reason'}"),
    }[to]
    return Words(f"{kind.zh} {report_id} {zh}", f"{kind.en} {report_id} {en}")


def _reconciled(
    connection: Connection,
    message: Row[Any],
    state: str,
    at: datetime,
    reason: str | None,
    receipt_no: str | None,
    said: Mapping[str, Any],
) -> None:
    if state in ("accepted", "returned"):
        answered(connection, message, said, at)


FOLLOWERS: Final[
    Mapping[
        str,
        Callable[[Connection, Row[Any], str, datetime, str | None, str | None, Mapping[str, Any]], None],
    ]
] = {"event_report": _report, "reconciliation": _reconciled}
