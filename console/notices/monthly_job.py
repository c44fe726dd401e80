"""The clerk's part in the bulletin: on the first working day of a month, the draft of the month before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from analytics.db import FINDING, SITE_DAY
from console.calendar.working_time import Calendar, load_calendar
from console.clerk.work import Clerk
from console.exercise.state import current_id
from console.notices.kinds import SHANGHAI
from console.notices.monthly import drafts_of, monthly_draft
from console.notices.months import Month, month_at


def draft_last_month(clerk: Clerk) -> None:
    """Draft the bulletin of last month, when its day has come and there never was one. Waits while an exercise runs."""
    at = clerk.clock()
    month = month_at(at).plus(-1)
    calendar = load_calendar(clerk.data.root)
    if not is_due(calendar, month, at):
        return
    with clerk.reads.begin() as connection:
        if not _wanted(connection, month):
            return
    with clerk.engine.begin() as connection:
        if _wanted(connection, month):
            monthly_draft(connection, month, clerk.office.office, at, calendar=calendar)


def is_due(calendar: Calendar, month: Month, at: datetime) -> bool:
    """Whether the first working day after the month has come."""
    first = calendar.add_working_days(month.end, 0)
    return first.astimezone(SHANGHAI).date() <= at.astimezone(SHANGHAI).date()


def _wanted(connection: Connection, month: Month) -> bool:
    """Nobody has drafted it, not even to withdraw it; and there was something to count: a desk that began later has no
    such month."""
    if drafts_of(connection, month) or current_id(connection) is not None:
        return False
    seen = select(FINDING.c.id).where(FINDING.c.first_seen < month.end).limit(1)
    visited = select(SITE_DAY.c.day).where(SITE_DAY.c.day.startswith(f"{month.name}-")).limit(1)
    return any(connection.execute(one).first() is not None for one in (visited, seen))
