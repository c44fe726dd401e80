"""What the workbench shows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from analytics.db import QUARANTINE, SENSOR
from console.accounts.viewer import Viewer
from console.desk.queries import Work, workbench
from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table, two_counties
from tests.factories import NOON, at


def look(table: Table, role: str = "lead", counties: frozenset[str] | None = None) -> Work:
    who = Viewer("ac-1", "a", "甲", frozenset({role}), counties, None, "zh", "t")
    with table.desk.reads.begin() as connection:
        return workbench(connection, who, NOON)


def test_critical_stands_before_high_and_medium_waits_in_the_queue(table: Table) -> None:
    two_counties(table)
    alert(table.desk.engine, 1, level="high", last_seen=at(50))
    alert(table.desk.engine, 2, level="critical")
    alert(table.desk.engine, 3, level="medium")
    alert(table.desk.engine, 4, level="critical", status="true")

    work = look(table)

    assert work.alerts
    assert [row.id for row in work.alerts.rows] == ["al-0002", "al-0001"]
    assert (work.alerts.total, work.waiting) == (2, 3)
    assert work.alerts.rows[0].site_name == "kd-1 门户"


def test_incidents_wait_until_a_person_confirmed_the_grade(table: Table) -> None:
    incident(table.desk.engine, 1)
    incident(table.desk.engine, 2, level_confirmed=3)
    incident(table.desk.engine, 3, level_proposed=1)

    work = look(table)

    assert work.to_confirm
    assert [row.id for row in work.to_confirm.rows] == ["2026-0003", "2026-0001"]
    assert work.open_incidents == 3


def test_a_new_finding_is_overdue_after_three_days(table: Table) -> None:
    finding(table.desk.engine, 1, first_seen=NOON - timedelta(days=3))
    finding(table.desk.engine, 2, first_seen=NOON - timedelta(days=2))
    finding(table.desk.engine, 3, first_seen=NOON - timedelta(days=9), state="confirmed")

    work = look(table)

    assert work.overdue
    assert [row.id for row in work.overdue.rows] == ["fi-0001"]


def test_the_system_itself_is_part_of_the_work(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        connection.execute(insert(SENSOR).values(name="s1", kind="flow", counters={}))
        connection.execute(insert(QUARANTINE).values(name="x", reason="damaged", bytes=1, at=at(-60)))

    work = look(table)

    assert [row.name for row in work.silent or ()] == ["s1"]
    assert work.quarantined == 1
    assert not work.calm


def test_nothing_to_do_is_calm_and_what_one_may_not_read_is_absent(table: Table) -> None:
    assert look(table).calm
    auditor = look(table, "auditor")
    assert (auditor.alerts, auditor.overdue, auditor.sensors) == (None, None, None)


def test_another_county_is_not_ones_work(table: Table) -> None:
    alert(table.desk.engine, 1, level="critical")
    incident(table.desk.engine, 1, ("first", at(60)))

    work = look(table, "county", frozenset({"513322"}))

    assert work.calm
