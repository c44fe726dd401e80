"""The life of a report."""

from __future__ import annotations

import pytest

from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.province.report_life import MOVES, change, report
from console.province.reporting import draft_report
from tests.console.deskdata import incident
from tests.console.deskside import Table
from tests.factories import at


def test_a_report_changes_only_along_the_table_and_from_what_was_read(table: Table) -> None:
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        row = report(connection, draft_report(connection, "2026-0001", "first", "wang", at(0)))
        change(connection, row, at(1), items={"unit": "某局"})
        with pytest.raises(Stale):
            change(connection, row, at(2), state="released")
        with pytest.raises(IllegalMove):
            change(connection, report(connection, row.id), at(2), state="accepted")
        with pytest.raises(Unknown):
            report(connection, "RP-0")


def test_nothing_goes_up_but_through_a_release() -> None:
    assert {state for state, moves in MOVES.items() if "sent" in moves} == {"released"}
    assert {state for state, moves in MOVES.items() if "released" in moves} == {"draft"}
