from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from console.calendar.working_time import load_calendar
from console.clerk.work import Clerk
from console.exercise.state import start
from console.notices.monthly_job import draft_last_month, is_due
from console.notices.months import Month
from console.notices.tables import NOTICE
from tests.console.deskside import Table
from tests.console.notices.monthly_records import AFTER, november


def clerk_of(table: Table) -> Clerk:
    desk = table.desk
    return Clerk(desk.engine, desk.reads, desk.store, desk.data, desk.office, desk.clock)


def drafts(table: Table) -> int:
    with table.desk.reads.begin() as connection:
        return int(connection.execute(select(func.count()).select_from(NOTICE)).scalar_one())


def test_the_first_working_day_brings_the_draft_and_no_other_day_another(table: Table) -> None:
    november(table)
    table.clock.now = AFTER

    draft_last_month(clerk_of(table))
    draft_last_month(clerk_of(table))
    assert drafts(table) == 1

    with table.desk.engine.begin() as connection:
        connection.execute(update(NOTICE).values(state="withdrawn"))
    draft_last_month(clerk_of(table))
    assert drafts(table) == 1


def test_an_exercise_and_a_month_without_records_wait(table: Table) -> None:
    table.clock.now = AFTER
    draft_last_month(clerk_of(table))
    november(table)
    with table.desk.engine.begin() as connection:
        start(connection, "高原卫士", "lead", AFTER)
    draft_last_month(clerk_of(table))

    assert drafts(table) == 0


@pytest.mark.parametrize(
    ("at", "due"),
    [
        # 1 November 2026 is a Sunday; in China the 2nd begins at 16:00 UTC of the 1st.
        (datetime(2026, 11, 1, 12, tzinfo=UTC), False),
        (datetime(2026, 11, 1, 16, tzinfo=UTC), True),
        (datetime(2026, 11, 20, tzinfo=UTC), True),
    ],
)
def test_the_day_is_the_first_working_day_by_chinas_clock(at: datetime, due: bool) -> None:
    assert is_due(load_calendar(), Month(2026, 10), at) is due
