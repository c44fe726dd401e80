"""Clocks of incidents."""

from __future__ import annotations

from console.accounts.viewer import Viewer
from console.web.clocks import moment_of, nearest_clock, running_clocks
from tests.console.deskdata import incident
from tests.console.deskside import Table
from tests.factories import NOON, at

LEAD = Viewer("ac-1", "a", "甲", frozenset({"lead"}), None, None, "zh", "t")


def test_clocks_stand_by_time_left_and_rest_incidents_have_none(table: Table) -> None:
    engine = table.desk.engine
    incident(engine, 1, ("late", at(-60)), ("far", at(9000)))
    incident(engine, 2, ("soon", at(600)))
    incident(engine, 3, ("gone", at(-900)), state="closed")

    with table.desk.reads.begin() as connection:
        assert [clock.id for clock in running_clocks(connection, LEAD, NOON)] == ["late", "soon", "far"]
        first = nearest_clock(connection, LEAD, NOON)
    assert first
    assert first.incident_id == "2026-0001"


def test_a_grading_that_says_nothing_useful_gives_no_clock(table: Table) -> None:
    for number, grading in enumerate(({}, [], {"clocks": "x"}, {"clocks": [{"due": "soon"}, 7, {"due": None}]})):
        incident(table.desk.engine, number, grading=grading)
    incident(table.desk.engine, 9, grading={"clocks": [{"id": "met", "due": at(5).isoformat(), "met": True}]})

    with table.desk.reads.begin() as connection:
        assert running_clocks(connection, LEAD, NOON) == []


def test_a_threshold_that_was_passed_is_no_clock_any_more(table: Table) -> None:
    def threshold(seconds: float) -> dict[str, object]:
        return {"clocks": [{"id": "t", "kind": "threshold", "zh": "达到较大", "due": at(seconds).isoformat()}]}

    incident(table.desk.engine, 1, grading=threshold(-5))
    incident(table.desk.engine, 2, grading=threshold(5))

    with table.desk.reads.begin() as connection:
        assert [clock.incident_id for clock in running_clocks(connection, LEAD, NOON)] == ["2026-0002"]


def test_a_moment_without_a_zone_is_none() -> None:
    assert moment_of("2026-11-23T12:00:00") is None
    assert moment_of("2026-11-23T12:00:00+00:00") == at(0)
