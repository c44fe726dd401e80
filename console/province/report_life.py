"""The life of a report to the province, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.province.tables import REPORT
from console.web.changes import announce

MOVES: Final[Mapping[str, frozenset[str]]] = {
    "draft": frozenset({"released", "withdrawn"}),
    "released": frozenset({"sent", "received", "accepted", "returned"}),
    "sent": frozenset({"received", "accepted", "returned"}),
    "received": frozenset({"accepted", "returned"}),
    # what the province sent back is mended and released anew, under a new message
    "returned": frozenset({"draft"}),
    "accepted": frozenset(),
    "withdrawn": frozenset(),
}


def report(connection: Connection, report_id: str) -> Row[Any]:
    """One report. Unknown when there is none."""
    row = connection.execute(select(REPORT).where(REPORT.c.id == report_id)).one_or_none()
    if row is None:
        raise Unknown(f"report {report_id}")
    return row


def change(connection: Connection, row: Row[Any], at: datetime, **values: Any) -> None:
    """Change a report if it still is what was read. IllegalMove for a state the table does not lead to, or Stale."""
    to = values.get("state", row.state)
    if to != row.state and to not in MOVES.get(row.state, frozenset()):
        raise IllegalMove(f"report {row.id}", row.state, to)
    changed = connection.execute(
        update(REPORT)
        .where(REPORT.c.id == row.id, REPORT.c.version == row.version, REPORT.c.state == row.state)
        .values({"version": row.version + 1, **values})
    ).rowcount
    if changed != 1:
        raise Stale(f"report {row.id}")
    announce(connection, "province", row.id, at)
