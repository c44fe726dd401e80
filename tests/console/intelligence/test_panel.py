"""Sharing on an incident's page."""

from __future__ import annotations

from console.province.tables import OUTBOX
from tests.console.deskdata import alert, incident
from tests.console.deskside import Table, two_counties


def test_an_incident_is_shared_in_two_clicks_and_says_how_it_stands(table: Table) -> None:
    two_counties(table)
    alert(table.desk.engine, 1)
    number = incident(table.desk.engine, 1, class_code="02.09")
    analyst = table.seat("analyst")

    assert f"/intelligence/share?ref={number}" in analyst.get(f"/incidents/{number}").text
    assert "情报共享" not in table.seat("editor").get(f"/incidents/{number}").text
    analyst.post("/api/v1/intelligence/shares", json={"refs": [number], "reason": "上报"})

    assert "待批准" in table.seat("commander").get(f"/incidents/{number}").text
    with table.desk.reads.begin() as connection:
        assert connection.execute(OUTBOX.select()).all() == []
