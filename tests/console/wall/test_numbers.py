"""Reading the roll-ups."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analytics.posture.tally import tally
from console.wall.numbers import assets, attacks_by, counted_at, open_now, open_yesterday
from tests.console.deskdata import alert, finding
from tests.console.deskside import Table, two_counties
from tests.console.walldata import prefecture
from tests.factories import NOON


@pytest.fixture
def told(table: Table) -> Table:
    prefecture(table.desk.engine, NOON, sites=20, alerts=40, incidents=4)
    return table


def test_before_the_first_count_there_is_none(table: Table) -> None:
    with table.desk.reads.begin() as connection:
        assert counted_at(connection) is None
        assert open_now(connection, None).total == {}
        assert open_yesterday(connection, None, NOON) is None


def test_what_is_open_is_the_sum_of_its_counties(told: Table) -> None:
    with told.desk.reads.begin() as connection:
        found = open_now(connection, None)
        parts = [open_now(connection, frozenset({county})) for county in found.by_county]

    assert found.sum("findings") == sum(part.sum("findings") for part in parts) > 0


def test_yesterday_is_what_was_open_then(table: Table) -> None:
    two_counties(table)
    finding(table.desk.engine, 1)
    tally(table.desk.engine, NOON - timedelta(hours=25))
    finding(table.desk.engine, 2)
    tally(table.desk.engine, NOON)

    with table.desk.reads.begin() as connection:
        before = open_yesterday(connection, None, NOON)
        assert before is not None
        assert (before.sum("findings"), open_now(connection, None).sum("findings")) == (1, 2)


def test_attacks_are_ordered_by_how_many_there_are(table: Table) -> None:
    two_counties(table)
    for number, kind in enumerate(("02.01", "02.03", "02.01")):
        alert(table.desk.engine, number, class_code=kind, entity=f"203.0.113.{number}")
    tally(table.desk.engine, NOON)

    with table.desk.reads.begin() as connection:
        assert attacks_by(connection, None, NOON - timedelta(days=1), "kind") == [("02.01", 2), ("02.03", 1)]
        assert attacks_by(connection, frozenset({"513322"}), NOON - timedelta(days=1), "kind") == []


def test_assets_count_sites_units_and_this_weeks_visits(told: Table) -> None:
    with told.desk.reads.begin() as connection:
        found = assets(connection, None, NOON)

    assert (found.sites, found.units, found.protected, found.cii) == (20, 20, 4, 1)
    assert found.visits == 20 * 7 * 288
