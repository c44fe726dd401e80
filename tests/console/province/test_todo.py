"""What waits for a viewer on the link."""

from __future__ import annotations

from console.desk.todo import ASKED
from console.province import use_cases
from console.province.instructions import register
from console.province.todo import todo
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.province.test_instructions import incoming
from tests.console.province.test_use_cases import LI, WANG, person
from tests.factories import at


def test_a_report_waits_for_those_who_have_not_spoken_and_an_instruction_until_it_is_due(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    drafted = use_cases.draft(table.desk, WANG, "2026-0001", "first")
    use_cases.release(table.desk, WANG, drafted, "同意")
    with table.desk.engine.begin() as connection:
        register(connection, incoming(), at(0))
        mine, theirs = todo(connection, WANG, at(0)), todo(connection, LI, at(0))
        nobody = todo(connection, person("owner", "owner"), at(0))

    assert todo in ASKED
    assert [one.zh for one in mine] == ["签收省级指令：核查"]
    assert mine[0].due == at(240 * 60)
    assert [one.zh for one in theirs] == [f"初报 {drafted} 等待同意上报，已有一人同意"]
    assert nobody == []
