"""Calls that wait for the viewer, and calls that nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from analytics.correlation.incident import AT_REST
from analytics.db import INCIDENT
from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.response.level_tables import CALLOUT, RESPONSE_LEVEL
from console.web.scope import in_scope


def calls_todo(connection: Connection, who: Viewer, now: datetime) -> Sequence[Todo]:
    """One line for each call of the viewer's own; for those who decide, one for each that nobody is left to answer."""
    if not who.may("response.read"):
        return ()
    statement = (
        select(CALLOUT, INCIDENT.c.title, INCIDENT.c.title_en)
        .join(INCIDENT, INCIDENT.c.id == CALLOUT.c.incident_id)
        .where(CALLOUT.c.state.in_(("called", "escalated", "late")))
        .order_by(CALLOUT.c.due)
        .limit(100)
    )
    found = []
    for row in connection.execute(in_scope(statement, INCIDENT, who)):
        href = f"/incidents/{row.incident_id}#response"
        if row.account == who.login:
            zh, en = f"请确认到岗：{row.slot_name}（{row.title}）", f"Acknowledge your call: {row.title_en}"
            found.append(Todo(zh, en, href, row.due, row.level))
        elif row.state == "late" and who.may("response.decide"):
            zh, en = f"{row.slot_name}无人应答（{row.title}）", f"Nobody answers for {row.slot}: {row.title_en}"
            found.append(Todo(zh, en, href, row.due, row.level))
    return [*found, *_unended(connection, who)]


def _unended(connection: Connection, who: Viewer) -> list[Todo]:
    """Responses that still run although their incident has ended."""
    if not who.may("response.decide"):
        return []
    last = select(RESPONSE_LEVEL.c.incident_id, func.max(RESPONSE_LEVEL.c.seq).label("seq"))
    newest = last.group_by(RESPONSE_LEVEL.c.incident_id).subquery()
    mine = and_(RESPONSE_LEVEL.c.incident_id == newest.c.incident_id, RESPONSE_LEVEL.c.seq == newest.c.seq)
    statement = (
        select(INCIDENT.c.id, INCIDENT.c.title, INCIDENT.c.title_en, RESPONSE_LEVEL.c.level)
        .join(RESPONSE_LEVEL, RESPONSE_LEVEL.c.incident_id == INCIDENT.c.id)
        .join(newest, mine)
        .where(RESPONSE_LEVEL.c.action != "end", INCIDENT.c.state.in_(sorted(AT_REST)))
        .limit(50)
    )
    return [
        Todo(
            f"事件已结束，响应级别尚未结束（{row.title}）",
            f"The incident has ended, its response has not: {row.title_en}",
            f"/incidents/{row.id}#response",
            None,
            row.level,
        )
        for row in connection.execute(in_scope(statement, INCIDENT, who))
    ]
