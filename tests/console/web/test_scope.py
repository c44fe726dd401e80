"""The scope on every query."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.db import SITE, UNIT
from console.accounts.viewer import Viewer
from console.web.scope import in_scope, sites_in_scope
from tests.console.deskside import Table, two_counties


def who(counties: set[str] | None, units: set[str] | None) -> Viewer:
    return Viewer(
        "ac-1",
        "a",
        "甲",
        frozenset({"county"}),
        None if counties is None else frozenset(counties),
        None if units is None else frozenset(units),
        "zh",
        "t",
    )


@pytest.mark.parametrize(
    ("counties", "units", "seen"),
    [
        (None, None, ["kd-1", "ld-1"]),
        ({"513301"}, set(), ["kd-1"]),
        (set(), {"U-2"}, ["ld-1"]),
        ({"513301"}, {"U-2"}, ["kd-1", "ld-1"]),
        (set(), set(), []),
        ({"513399"}, None, []),
        (set(), None, []),
    ],
)
def test_a_viewer_sees_the_union_of_counties_and_units_and_nothing_else(
    table: Table, counties: set[str] | None, units: set[str] | None, seen: list[str]
) -> None:
    two_counties(table)
    viewer = who(counties, units)
    with table.desk.reads.begin() as connection:
        sites = connection.execute(in_scope(select(SITE.c.id), SITE, viewer).order_by(SITE.c.id)).scalars().all()
        found = connection.execute(in_scope(select(UNIT.c.id), UNIT, viewer)).scalars().all()
        for_events = sites_in_scope(connection, viewer)

    assert sites == seen
    assert len(found) == len(seen)
    assert for_events == (None if counties is None and units is None else tuple(seen))
