"""Shares that wait for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.intelligence.sharing import seen_by
from console.intelligence.tables import INTEL_SHARE


def shares_todo(connection: Connection, who: Viewer, now: datetime) -> Sequence[Todo]:
    """One line for each proposal of somebody else, for those who release."""
    if not (who.may("intelligence.read") and who.may("province.release")):
        return ()
    waiting = (INTEL_SHARE.c.state == "proposed", INTEL_SHARE.c.proposed_by != who.login, seen_by(who))
    rows = connection.execute(select(INTEL_SHARE).where(*waiting).order_by(INTEL_SHARE.c.proposed_at).limit(50)).all()
    return [
        Todo(
            f"情报共享待批准：{row.reason}（{row.proposed_by}）",
            f"Intelligence to be released: {row.reason} ({row.proposed_by})",
            f"/intelligence/shares/{row.id}",
        )
        for row in rows
    ]
