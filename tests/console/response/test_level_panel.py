"""The response's panel."""

from __future__ import annotations

from sqlalchemy import select

from analytics.db import INCIDENT
from console.response.level_panel import level_panel
from console.response.levels import decide
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_levels import LEAD, START, person


def test_it_shows_where_something_was_decided_or_can_be(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1)
    with table.desk.reads.begin() as connection:
        row = connection.execute(select(INCIDENT)).one()
        shown = {role: len(level_panel(connection, table.desk, person(role), row)) for role in ("lead", "analyst")}
        assert shown == {"lead": 1, "analyst": 0}
        assert level_panel(connection, table.desk, person("auditor"), row) == ()
    decide(table.desk, LEAD, number, START)
    with table.desk.reads.begin() as connection:
        assert len(level_panel(connection, table.desk, person("analyst"), row)) == 1
