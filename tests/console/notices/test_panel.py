"""The panel of an incident's page."""

from __future__ import annotations

from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties


def test_who_may_only_read_sees_no_empty_panel(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)

    assert "起草通报" not in table.seat("analyst").get("/incidents/2026-0001").text
    assert "起草通报" in table.seat("editor").get("/incidents/2026-0001").text
