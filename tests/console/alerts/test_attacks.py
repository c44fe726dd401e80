"""Attacks as they are listed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from analytics.posture.tally import tally
from console.accounts.viewer import Viewer
from console.alerts.attacks import Filter, attacks, document
from tests.console.deskdata import alert
from tests.console.deskside import Table, two_counties
from tests.factories import NOON

LEAD = Viewer("a", "lead", "组长", frozenset({"lead"}), None, None, "zh", "token")
LUDING = Viewer("b", "ld", "泸定", frozenset({"analyst"}), frozenset({"513322"}), frozenset(), "zh", "token")


@pytest.fixture
def told(table: Table) -> Table:
    """Three attacks: two alerts of one on kd-1, one on ld-1, one of an unknown source."""
    two_counties(table)
    later = NOON + timedelta(minutes=30)
    luding = {"site_id": "ld-1", "unit_id": "U-2", "county": "513322"}
    alert(table.desk.engine, 1, class_code="02.03")
    alert(table.desk.engine, 2, class_code="02.03")
    alert(table.desk.engine, 3, class_code="02.01", first_seen=later, last_seen=later, **luding)
    alert(table.desk.engine, 4, class_code="02.09", entity="kd-1")
    tally(table.desk.engine, NOON + timedelta(hours=1))
    return table


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        ({}, 3),
        ({"day": "2026-11-23"}, 3),
        ({"day": "2026-11-22"}, 0),
        ({"source": "203.0.113.77"}, 2),
        ({"source": "unknown"}, 1),
        ({"kind": "02.03"}, 1),
        ({"site": "ld-1"}, 1),
        ({"county": "513301"}, 2),
        ({"since": NOON + timedelta(minutes=1)}, 1),
        ({"until": NOON + timedelta(minutes=1)}, 2),
    ],
)
def test_a_filter_finds_what_it_names(told: Table, wanted: dict[str, Any], total: int) -> None:
    with told.desk.reads.begin() as connection:
        rows, counted = attacks(connection, LEAD, Filter(**wanted))

    assert (len(rows), counted) == (total, total)


def test_who_sees_one_county_sees_its_attacks_only(told: Table) -> None:
    with told.desk.reads.begin() as connection:
        rows, total = attacks(connection, LUDING, Filter())

    assert (total, document(rows[0])["site_id"]) == (1, "ld-1")


def test_an_address_leaves_out_what_is_not_asked() -> None:
    assert Filter(day="2026-11-23", skip=100).address(skip=0) == {"day": "2026-11-23"}
