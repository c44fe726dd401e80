"""What is open and what the days brought, counted by county."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from analytics.db import ALERT, CHANGE
from analytics.posture.tables import ATTACK, POSTURE_COUNT, POSTURE_DAY, POSTURE_MARK
from analytics.posture.tally import tally
from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table, table_in, two_counties
from tests.factories import NOON


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = table_in(tmp_path)
    two_counties(made)
    yield made
    made.desk.engine.dispose()


def counts(table: Table) -> dict[tuple[str, str, str], int]:
    with table.desk.engine.connect() as connection:
        newest = select(func.max(POSTURE_COUNT.c.hour)).scalar_subquery()
        rows = connection.execute(select(POSTURE_COUNT).where(POSTURE_COUNT.c.hour == newest)).all()
    return {(row.measure, row.facet, row.county): row.n for row in rows if row.measure != "hour"}


def days(table: Table) -> dict[tuple[str, str], int]:
    with table.desk.engine.connect() as connection:
        rows = connection.execute(select(POSTURE_DAY.c.day, POSTURE_DAY.c.measure, POSTURE_DAY.c.n)).all()
    return {(row.day, row.measure): row.n for row in rows}


def test_what_is_open_is_counted_by_level_and_county(table: Table) -> None:
    engine = table.desk.engine
    alert(engine, 1, level="critical")
    alert(engine, 2, status="false")
    alert(engine, 3, county=None, level="critical")
    finding(engine, 1, severity="high", check_id="exposure/git")
    finding(engine, 2, state="closed")
    incident(engine, 1, level_confirmed=2)
    incident(engine, 2, level_proposed=None)
    incident(engine, 3, state="closed")
    tally(engine, NOON)

    assert counts(table) == {
        ("alerts", "critical", "513301"): 1,
        ("alerts", "critical", ""): 1,
        ("findings", "high", "513301"): 1,
        ("checks", "exposure/git", "513301"): 1,
        ("incidents", "2", "513301"): 1,
        ("incidents", "0", "513301"): 1,
    }


def test_days_count_what_began_and_how_long_it_took(table: Table) -> None:
    engine = table.desk.engine
    alert(engine, 1, class_code="02.03")
    alert(engine, 2, class_code="02.03")
    finding(engine, 1)
    hour = timedelta(hours=1)
    incident(engine, 1, detected_at=NOON, occurred_at=NOON - hour, confirmed_at=NOON + hour, state="confirmed")
    tally(engine, NOON)
    day = "2026-11-23"

    assert days(table) == {
        (day, "attacks"): 1,
        (day, "findings"): 1,
        (day, "incidents"): 1,
        (day, "detect_minutes"): 60,
        (day, "confirmed"): 1,
        (day, "confirm_minutes"): 60,
    }


def test_without_a_change_nothing_is_counted_again_until_a_minute_is_over(table: Table) -> None:
    engine = table.desk.engine
    assert tally(engine, NOON)
    assert not tally(engine, NOON + timedelta(seconds=10))
    assert tally(engine, NOON + timedelta(seconds=61))
    with engine.begin() as connection:
        connection.execute(insert(CHANGE).values(at=NOON, topic="alert", ref="x"))

    assert tally(engine, NOON + timedelta(seconds=62))
    with engine.connect() as connection:
        assert connection.execute(select(POSTURE_MARK.c.at)).scalars().all() == [NOON + timedelta(seconds=62)]


def test_counting_twice_changes_nothing(table: Table) -> None:
    engine = table.desk.engine
    alert(engine, 1, class_code="02.03")
    tally(engine, NOON)
    before = counts(table), days(table)
    tally(engine, NOON + timedelta(seconds=90))

    assert (counts(table), days(table)) == before


def test_a_verdict_on_an_older_alert_is_heeded_within_the_hour(table: Table) -> None:
    engine = table.desk.engine
    week = NOON - timedelta(days=7)
    alert(engine, 1, class_code="02.03", first_seen=week, last_seen=week)
    tally(engine, NOON)
    with engine.begin() as connection:
        connection.execute(update(ALERT).values(status="false"))
    tally(engine, NOON + timedelta(hours=1))

    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(ATTACK)).scalar() == 0


def test_hours_that_are_over_keep_what_was_and_are_forgotten_after_two_days(table: Table) -> None:
    engine = table.desk.engine
    finding(engine, 1)
    for hours in (0, 24, 60):
        tally(engine, NOON + timedelta(hours=hours))

    hours = select(POSTURE_COUNT.c.hour).distinct().order_by(POSTURE_COUNT.c.hour)
    with engine.connect() as connection:
        kept = connection.execute(hours).scalars().all()
    assert kept == [NOON + timedelta(hours=24), NOON + timedelta(hours=60)]
