"""Clocks that people and other features stop, and those that a response starts."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from analytics.correlation.correlate import Correlator
from analytics.correlation.inputs import means_of, reconsider
from analytics.correlation.move import Person
from analytics.correlation.policy import load_policy
from analytics.correlation.stored_looks import StoredLooks
from analytics.db import INCIDENT, INCIDENT_ENTRY
from analytics.grading.tables import Words, load_tables
from analytics.inventory.inventory import load
from analytics.lifecycle import Unknown
from console.calendar.working_time import load_calendar
from console.response.clocks import due_of, meet_clock, note_moment
from console.response.level_file import LevelClock
from console.web.clocks import running_clocks
from sensors.contract.batch import time_text
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_levels import LEAD
from tests.factories import NOON, at


@pytest.fixture
def number(table: Table) -> str:
    two_counties(table)
    found = incident(table.desk.engine, 1, level_confirmed=3, confirmed_at=NOON, class_code="02.09")
    again(table, found)
    return found


def again(table: Table, number: str) -> None:
    """Propose anew, as the correlator does."""
    with table.desk.engine.begin() as connection:
        reconsider(connection, number, means_of(connection, table.desk.store), Person("gongga", table.clock()))


def met(table: Table, number: str) -> dict[str, str | None]:
    with table.desk.reads.begin() as connection:
        grading = connection.execute(select(INCIDENT.c.grading).where(INCIDENT.c.id == number)).scalar_one()
    return {entry["id"]: entry.get("met") for entry in grading["clocks"]}


def test_an_act_stops_its_clock_once_and_for_every_later_proposal(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        assert meet_clock(connection, number, "R-LOC-1", at(60), "lead")
        assert not meet_clock(connection, number, "R-LOC-1", at(90), "lead")
    again(table, number)

    assert met(table, number)["R-LOC-1"] == time_text(at(60))
    assert met(table, number)["I-PHONE"] is None
    with table.desk.reads.begin() as connection:
        assert "R-LOC-1" not in [clock.id for clock in running_clocks(connection, LEAD, at(120))]
        entry = connection.execute(select(INCIDENT_ENTRY).where(INCIDENT_ENTRY.c.kind == "met")).one()
    assert (entry.text, entry.by) == ("已完成：向省级网信部门报告", "lead")


def test_a_clock_that_does_not_run_yet_is_met_when_it_starts(table: Table) -> None:
    two_counties(table)
    ordinary = incident(table.desk.engine, 2, level_confirmed=4)
    with table.desk.engine.begin() as connection:
        meet_clock(connection, ordinary, "R-LOC-1", at(60), "lead")
        connection.execute(INCIDENT.update().values(level_confirmed=3))
    again(table, ordinary)

    assert met(table, ordinary)["R-LOC-1"] == time_text(at(60))


def test_it_counts_from_when_it_was_learned(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        assert note_moment(connection, number, "learned", at(-3600), at(0), "lead")
        assert not note_moment(connection, number, "learned", at(-3600), at(0), "lead")
    again(table, number)
    with table.desk.reads.begin() as connection:
        due = {clock.id: clock.due for clock in running_clocks(connection, LEAD, at(0))}

    assert due["R-LOC-1"] == at(3 * 3600)


def test_what_makes_no_sense_is_refused(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        with pytest.raises(ValueError, match="there is no moment 'dreamt'"):
            note_moment(connection, number, "dreamt", at(0), at(0), "lead")
        with pytest.raises(ValueError, match="has not come yet"):
            note_moment(connection, number, "learned", at(60), at(0), "lead")
        with pytest.raises(Unknown):
            meet_clock(connection, "2026-9999", "R-LOC-1", at(0), "lead")


SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("unit", "amount", "start", "end"),
    [
        ("minutes", 240, "2026-11-23 20:00", "2026-11-24 00:00"),
        ("days", 30, "2026-12-15 10:00", "2027-01-14 10:00"),
        ("working_days", 1, "2026-11-27 10:00", "2026-11-30 18:00"),
        ("working_days", 3, "2026-09-30 10:00", "2026-10-10 18:00"),
        ("working_days", 2, "2026-12-31 10:00", "2027-01-04 18:00"),
        ("working_hours", 4, "2026-02-13 17:00", "2026-02-14 12:00"),
    ],
)
def test_a_level_counts_over_weekends_shifted_days_and_the_years_end(
    unit: str, amount: int, start: str, end: str
) -> None:
    clock = LevelClock("L-X", "started", unit, amount, Words("事", "it"), "内部约定", "A")
    moment = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)

    found = due_of(clock, moment, load_calendar()).astimezone(SHANGHAI)

    assert found.strftime("%Y-%m-%d %H:%M") == end


def test_the_correlator_counts_a_moment_at_its_next_round(table: Table, number: str) -> None:
    correlator = Correlator(load_policy(), load_tables(), StoredLooks(table.desk.store))
    with table.desk.engine.begin() as connection:
        note_moment(connection, number, "receipt", at(60), at(60), "gongga")
        connection.execute(INCIDENT.update().values(level_confirmed=2))
        changed = correlator.regrade(connection, load(connection), at(120))
        again_changed = correlator.regrade(connection, load(connection), at(180))
        grading = connection.execute(select(INCIDENT.c.grading)).scalar_one()

    assert (changed, again_changed) == ((number,), ())
    due = {clock["id"]: (clock["kind"], clock["due"]) for clock in grading["clocks"]}
    assert due["R-LOC-2"] == ("others", time_text(at(3660)))
