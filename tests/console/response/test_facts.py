"""What a playbook may ask of its incident."""

from __future__ import annotations

from console.response.facts import FACTS, facts_of
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties


def test_the_facts_of_an_incident(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1, entities=["kd-1", "203.0.113.77"], class_code="02.09", level_confirmed=2)

    with table.desk.reads.begin() as connection:
        found = facts_of(connection, number)

    assert set(found) == set(FACTS)
    assert found["__source_address__"] == "203.0.113.77"
    assert (found["__incident_level__"], found["__site_url__"]) == ("2", "http://kd-1.example/")


def test_without_an_incident_there_are_none(table: Table) -> None:
    with table.desk.reads.begin() as connection:
        assert facts_of(connection, None) == facts_of(connection, "2026-9999") == {}
