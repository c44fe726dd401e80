"""The live numbers of the rail."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from analytics.db import SENSOR
from console.accounts.viewer import Viewer
from console.web.counts import live_counts, sensor_count
from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table, two_counties
from tests.factories import NOON


def who(role: str, counties: frozenset[str] | None = None) -> Viewer:
    return Viewer("ac-1", "a", "甲", frozenset({role}), counties, None, "zh", "t")


def test_only_what_is_open_and_in_scope_is_counted(table: Table) -> None:
    two_counties(table)
    engine = table.desk.engine
    alert(engine, 1)
    alert(engine, 2, status="false")
    alert(engine, 3, county="513322", site_id="ld-1", unit_id="U-2")
    incident(engine, 1)
    incident(engine, 2, state="closed")
    finding(engine, 1)
    finding(engine, 2, state="closed")

    with table.desk.reads.begin() as connection:
        everything = live_counts(connection, who("lead"))
        county = live_counts(connection, who("county", frozenset({"513322"})))
        assert everything.items() >= {"alerts": 2, "incidents": 1, "findings": 1}.items()
        assert county.items() >= {"alerts": 1, "incidents": 0, "findings": 0}.items()
        assert live_counts(connection, who("auditor")) == {}


def test_a_sensor_that_says_nothing_for_long_is_not_heard(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        for name, seen in (("a", NOON), ("b", NOON - timedelta(minutes=11)), ("c", None)):
            connection.execute(insert(SENSOR).values(name=name, kind="flow", counters={}, last_seen=seen))
        assert sensor_count(connection, NOON) == (1, 3)
