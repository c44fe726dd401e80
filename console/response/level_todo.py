"""Calls that wait for the viewer, and calls that nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from analytics.db import INCIDENT
from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.response.level_tables import CALLOUT
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
    return found
