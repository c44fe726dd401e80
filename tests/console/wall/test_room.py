"""The room of one incident."""

from __future__ import annotations

from typing import Any

import pytest

from console.accounts.viewer import Viewer
from console.province.reporting import draft_report
from console.wall.room import Room, room_of
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.factories import NOON, at

CLOCK = ("first", at(3600))


@pytest.fixture
def told(table: Table) -> Table:
    two_counties(table)
    return table


def viewer(*roles: str, **scope: Any) -> Viewer:
    plain = {"counties": None, "units": None} | scope
    return Viewer("ac-x", "x", "甲", frozenset(roles), **plain, language="zh", csrf="t")


def room(table: Table, who: Viewer, number: str = "2026-0001") -> Room | None:
    here = table.desk
    with here.reads.begin() as connection:
        return room_of(connection, who, here.data.root, here.data.keys, number, NOON)


def test_a_commander_sees_what_waits_and_each_button_leads_to_where_it_is_decided(told: Table) -> None:
    incident(told.desk.engine, 1, CLOCK)
    with told.desk.engine.begin() as connection:
        report = draft_report(connection, "2026-0001", "first", "analyst", NOON)
    found = room(told, viewer("commander"))

    assert found is not None
    places = [one.href for one in found.decisions]
    assert places[:2] == ["/incidents/2026-0001", "/incidents/2026-0001#response"]
    assert f"/province/reports/{report}" in places
    assert [clock.id for clock in found.clocks] == ["first"]


def test_what_waits_in_other_incidents_is_not_in_this_room(told: Table) -> None:
    for number in (1, 2):
        incident(told.desk.engine, number, CLOCK)
    with told.desk.engine.begin() as connection:
        report = draft_report(connection, "2026-0002", "first", "analyst", NOON)
    found = room(told, viewer("commander"))

    assert found is not None
    assert f"/province/reports/{report}" not in [one.href for one in found.decisions]


def test_an_analyst_may_look_and_has_nothing_to_decide(told: Table) -> None:
    incident(told.desk.engine, 1)
    found = room(told, viewer("analyst"))

    assert found is not None
    assert found.decisions == []


def test_an_incident_outside_the_scope_has_no_room(told: Table) -> None:
    incident(told.desk.engine, 1)

    assert room(told, viewer("analyst", counties=frozenset({"513322"}), units=frozenset())) is None
    assert room(told, viewer("lead"), "2026-0009") is None
