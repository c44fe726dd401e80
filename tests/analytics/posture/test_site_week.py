"""A site's last seven days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from analytics.db import SITE_DAY
from analytics.posture.site_week import first_day, visited
from tests.console.deskside import Table, table_in
from tests.factories import NOON


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = table_in(tmp_path)
    yield made
    made.desk.engine.dispose()


def test_seven_days_end_with_today() -> None:
    assert first_day(NOON) == "2026-11-17"


def test_visits_are_summed_by_site_and_older_days_left_out(table: Table) -> None:
    plain = {"site_id": "kd-1", "findings": 0, "alerts": 0, "incidents": 0}
    with table.desk.engine.begin() as connection:
        for day, failed in (("2026-11-16", 9), ("2026-11-17", 1), ("2026-11-23", 2)):
            connection.execute(insert(SITE_DAY).values(day=day, visits=20, failed=failed, **plain))
        rows = connection.execute(visited(NOON)).all()

    assert [tuple(row) for row in rows] == [("kd-1", 40, 3)]
