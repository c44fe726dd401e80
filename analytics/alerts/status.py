"""An alert's life as a table, and the one way a person moves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select, update

from analytics.alerts.alert import Alert, alert_of
from analytics.db import ALERT, CHANGE
from analytics.lifecycle import IllegalMove, Stale, Unknown

_VERDICTS: Final = frozenset({"true", "false", "benign"})
# Every verdict can be taken back: a slip of the finger on the queue is undone by the move back.
MOVES: Final[dict[str, frozenset[str]]] = {
    "new": frozenset({"acknowledged", "escalated", *_VERDICTS}),
    "acknowledged": frozenset({"new", "escalated", *_VERDICTS}),
    "escalated": frozenset({"new", "acknowledged", *_VERDICTS}),
    "true": frozenset({"new", "acknowledged", "escalated", "false", "benign"}),
    "benign": frozenset({"new", "acknowledged", "escalated", "true", "false"}),
    "false": frozenset({"new", "acknowledged", "escalated", "true", "benign"}),
}


def allowed(status: str) -> frozenset[str]:
    """What an alert of this status may become."""
    return MOVES.get(status, frozenset())


def move(
    connection: Connection, alert_id: str, to: str, *, by: str, at: datetime, reason: str | None = None, version: int
) -> Alert:
    """Give an alert another status, if it still is what was read. IllegalMove, Stale or Unknown otherwise."""
    row = connection.execute(select(ALERT).where(ALERT.c.id == alert_id)).mappings().one_or_none()
    if row is None:
        raise Unknown(f"alert {alert_id}")
    alert = alert_of(dict(row))
    if alert.version != version:
        raise Stale(f"alert {alert_id}")
    if to not in allowed(alert.status):
        raise IllegalMove(f"alert {alert_id}", alert.status, to)
    decided = to in _VERDICTS
    changed = connection.execute(
        update(ALERT)
        .where(ALERT.c.id == alert_id, ALERT.c.version == version)
        .values(
            status=to,
            verdict_reason=reason if decided else None,
            verdict_by=by if decided else None,
            verdict_at=at if decided else None,
            version=version + 1,
        )
    ).rowcount
    if changed != 1:
        raise Stale(f"alert {alert_id}")
    connection.execute(insert(CHANGE).values(at=at, topic="alert", ref=alert_id, site_id=alert.site_id))
    return replace(alert, status=to, version=version + 1)
