"""What the clerk does for call-outs: who did not acknowledge in time is followed by the next."""

from __future__ import annotations

from sqlalchemy import Connection, select

from analytics.db import INCIDENT
from analytics.lifecycle import Stale
from console.clerk.work import Clerk
from console.notify.links import load_key
from console.response.callouts import Call, call_next
from console.response.level_file import load_levels
from console.response.level_tables import CALLOUT, RESPONSE_LEVEL
from console.response.levels import mechanism_of


def follow_calls(clerk: Clerk) -> None:
    """Call the next person wherever a call ran out of time. Each in a transaction of its own."""
    now = clerk.clock()
    with clerk.reads.begin() as connection:
        due = select(CALLOUT.c.id).where(CALLOUT.c.state == "called", CALLOUT.c.due <= now).order_by(CALLOUT.c.id)
        late = connection.execute(due.limit(200)).scalars().all()
    key = load_key(clerk.data.keys) if late else b""
    for callout_id in late:
        try:
            with clerk.engine.begin() as connection:
                _follow(connection, clerk, callout_id, key)
        except Stale:
            # Somebody acknowledged while we looked.
            continue


def _follow(connection: Connection, clerk: Clerk, callout_id: int, key: bytes) -> None:
    row = connection.execute(select(CALLOUT).where(CALLOUT.c.id == callout_id)).one()
    if row.state != "called":
        return
    incident = connection.execute(select(INCIDENT).where(INCIDENT.c.id == row.incident_id)).one()
    change = connection.execute(
        select(RESPONSE_LEVEL.c.reason).where(
            RESPONSE_LEVEL.c.incident_id == row.incident_id, RESPONSE_LEVEL.c.seq == row.episode
        )
    ).one()
    mechanism = mechanism_of(connection, clerk.data.root, incident)
    level = load_levels(clerk.data.root).named(row.level)
    call = Call(incident, row.episode, level, change.reason, clerk.clock(), row.exercise_id, key)
    call_next(connection, callout_id, mechanism, call)
