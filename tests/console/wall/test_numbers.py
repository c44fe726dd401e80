"""Reading the roll-ups."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analytics.posture.tally import tally
from console.wall.numbers import Reach, assets, attacks_since, counted_at, open_now, open_yesterday
from tests.console.deskdata import alert, finding
from tests.console.deskside import Table, two_counties
from tests.console.walldata import prefecture
from tests.factories import NOON

WHOLE = Reach()


@pytest.fixture
def told(table: Table) -> Table:
    prefecture(table.desk.engine, NOON, sites=20, alerts=40, incidents=4)
    return table


def test_before_the_first_count_there_is_none(table: Table) -> None:
    with table.desk.reads.begin() as connection:
        assert counted_at(connection) is None
        assert open_now(connection, WHOLE).total == {}
        assert open_yesterday(connection, WHOLE, NOON) is None


def test_what_is_open_is_the_sum_of_its_counties(told: Table) -> None:
    with told.desk.reads.begin() as connection:
        found = open_now(connection, WHOLE)
        parts = [open_now(connection, Reach(frozenset({county}), frozenset())) for county in found.by_county]

    assert found.sum("findings") == sum(part.sum("findings") for part in parts) > 0


def test_yesterday_is_what_was_open_then(table: Table) -> None:
    two_counties(table)
    finding(table.desk.engine, 1)
    tally(table.desk.engine, NOON - timedelta(hours=25))
    finding(table.desk.engine, 2)
    tally(table.desk.engine, NOON)

    with table.desk.reads.begin() as connection:
        before = open_yesterday(connection, WHOLE, NOON)
        assert before is not None
        assert (before.sum("findings"), open_now(connection, WHOLE).sum("findings")) == (1, 2)


def test_attacks_are_ordered_by_how_many_there_are(table: Table) -> None:
    two_counties(table)
    for number, kind in enumerate(("02.01", "02.03", "02.01")):
        alert(table.desk.engine, number, class_code=kind, entity=f"203.0.113.{number}")
    tally(table.desk.engine, NOON)

    with table.desk.reads.begin() as connection:
        kinds, sources = attacks_since(connection, WHOLE, NOON - timedelta(days=1))
        assert kinds == [("02.01", 2), ("02.03", 1)]
        assert [number for _, number in sources] == [1, 1, 1]
        luding = Reach(frozenset({"513322"}), frozenset())
        assert attacks_since(connection, luding, NOON - timedelta(days=1)) == ([], [])


def test_assets_count_sites_units_and_this_weeks_visits(told: Table) -> None:
    with told.desk.reads.begin() as connection:
        found = assets(connection, WHOLE, NOON)

    assert (found.sites, found.units, found.protected, found.cii) == (20, 20, 4, 1)
    assert found.visits == 20 * 7 * 288


def test_single_units_are_counted_as_they_stand(told: Table) -> None:
    unit = Reach(frozenset(), frozenset({"U-000"}))
    with told.desk.reads.begin() as connection:
        found = open_now(connection, unit)
        assert open_yesterday(connection, unit, NOON) is None
        assert assets(connection, unit, NOON).sites == 1

    assert set(found.by_county) == {"513332"}
