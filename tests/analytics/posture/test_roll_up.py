"""Each site's day is counted from the events and lists it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from analytics.db import CHANGE, SITE_DAY
from analytics.posture.roll_up import roll_up, visits_of
from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table, table_in, two_counties
from tests.factories import NOON, at, segment


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = table_in(tmp_path)
    two_counties(made)
    yield made
    made.desk.engine.dispose()


def visit(number: int, result: str, *, site: str = "kd-1", attempt: int = 1, when: datetime | None = None) -> Any:
    return {
        "@timestamp": when or at(number),
        "gongga.site.id": site,
        "gongga.check.id": "availability/home",
        "gongga.check.result": result,
        "gongga.check.round": f"{site}-{number}",
        "gongga.check.attempt": attempt,
    }


def store(table: Table, *rows: Any, sequence: int = 1) -> None:
    table.desk.store.append(segment("probe.http", *rows, sequence=sequence))


def days(table: Table) -> dict[tuple[str, str], tuple[int, ...]]:
    with table.desk.engine.connect() as connection:
        rows = connection.execute(select(SITE_DAY)).all()
    return {(r.site_id, r.day): (r.visits, r.failed, r.findings, r.alerts, r.incidents) for r in rows}


def test_a_round_is_one_visit_told_by_its_last_attempt(table: Table) -> None:
    store(
        table,
        visit(1, "fail"),
        visit(1, "pass", attempt=2),
        visit(2, "fail"),
        visit(2, "fail", attempt=2),
        visit(3, "pass"),
        visit(4, "unknown"),
        visit(5, "blocked"),
        visit(6, "pass", site="ld-1"),
    )

    assert visits_of(table.desk.store, NOON.date()) == {"kd-1": (3, 1), "ld-1": (1, 0)}


def test_days_follow_chinas_clock(table: Table) -> None:
    late = NOON.replace(hour=15, minute=59)
    store(table, visit(1, "pass", when=late), visit(2, "pass", when=late + timedelta(minutes=2)))
    roll_up(table.desk.engine, table.desk.store, late + timedelta(minutes=5))

    counted = {day: row[0] for (site, day), row in days(table).items() if site == "kd-1"}
    assert counted == {"2026-11-23": 1, "2026-11-24": 1}


def test_today_counts_what_is_open_now_and_yesterday_keeps_what_was(table: Table) -> None:
    engine = table.desk.engine
    finding(engine, 1)
    finding(engine, 2, state="closed")
    alert(engine, 1)
    alert(engine, 2, status="false")
    incident(engine, 1)
    store(table, visit(1, "pass"))
    roll_up(engine, table.desk.store, NOON)
    finding(engine, 3)
    roll_up(engine, table.desk.store, NOON + timedelta(days=1))

    assert days(table)["kd-1", "2026-11-23"] == (1, 0, 1, 1, 1)
    assert days(table)["kd-1", "2026-11-24"] == (0, 0, 2, 1, 1)


def test_counting_again_changes_nothing(table: Table) -> None:
    store(table, visit(1, "pass"))
    roll_up(table.desk.engine, table.desk.store, NOON)
    before = days(table)

    assert roll_up(table.desk.engine, table.desk.store, NOON) == 2
    assert days(table) == before


def test_old_notices_of_change_are_forgotten(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        for hours in (0, 2):
            values = {"at": NOON - timedelta(hours=hours), "topic": "alert", "ref": str(hours)}
            connection.execute(insert(CHANGE).values(values))
    roll_up(table.desk.engine, table.desk.store, NOON)

    with table.desk.engine.connect() as connection:
        assert connection.execute(select(CHANGE.c.ref)).scalars().all() == ["0"]
