"""The number of the rail."""

from __future__ import annotations

from console.province.instructions import Step, move, register
from console.province.reporting import draft_report
from console.province.waiting import waiting
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.province.test_instructions import incoming
from tests.console.province.test_use_cases import WANG, person
from tests.factories import at


def test_what_is_open_and_in_scope_is_counted(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    incident(table.desk.engine, 2, unit_id="U-2", county="513322")
    with table.desk.engine.begin() as connection:
        for number in (1, 2):
            draft_report(connection, f"2026-000{number}", "first", "wang", at(0))
        one = register(connection, incoming(), at(0))
        counted = [waiting(connection, WANG), waiting(connection, person("kd", counties=frozenset({"513301"})))]
        for step in (Step("signed"), Step("answered", "已办"), Step("done", "办结")):
            move(connection, one, step, "wang", at(1))

        assert [*counted, waiting(connection, WANG)] == [3, 1, 2]
