"""The lines of text on the big screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from console.exercise.state import start
from console.notices.tables import NOTICE
from console.wall.lines import confirmed, issued
from console.wall.numbers import Reach
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.walldata import notice
from tests.factories import NOON

WEEK = NOON - timedelta(days=7)
HERE = {"site_id": "kd-1", "unit_id": "U-1", "county": "513301"}


@pytest.fixture
def told(table: Table) -> Table:
    two_counties(table)
    return table


def test_only_what_a_person_confirmed_is_told(told: Table) -> None:
    engine = told.desk.engine
    incident(engine, 1)
    incident(engine, 2, state="handling", level_confirmed=3, class_code="02.09")
    incident(engine, 3, state="closed", level_confirmed=4)
    with told.desk.reads.begin() as connection:
        standing = confirmed(connection, Reach(), standing=True, since=WEEK, most=5)
        newest = confirmed(connection, Reach(), standing=False, since=WEEK, most=5)

    assert [line.href for line in standing] == ["/incidents/2026-0002"]
    assert len(newest) == 2


def test_a_masked_line_says_the_county_and_the_class_only(told: Table) -> None:
    incident(
        told.desk.engine, 1, state="handling", level_confirmed=3, class_code="02.09", title="U-1 示例局：首页被替换"
    )
    with told.desk.reads.begin() as connection:
        line = confirmed(connection, Reach(masked=True), standing=True, since=WEEK, most=5)[0]

    assert (line.zh, line.href) == ("康定某单位：网页篡改", None)
    assert line.en == "Web defacement, a unit of Kangding"


def test_notices_of_an_exercise_are_told_only_while_it_runs(told: Table) -> None:
    with told.desk.engine.begin() as connection:
        number = start(connection, "桌面推演", "lead", NOON)
        connection.execute(insert(NOTICE).values(notice(0, NOON, HERE)))
        connection.execute(insert(NOTICE).values(notice(1, NOON, HERE, exercise_id=number)))
    with told.desk.reads.begin() as connection:
        real, drill = (issued(connection, Reach(), exercise, WEEK) for exercise in (None, number))
        masked = issued(connection, Reach(masked=True), None, WEEK)

    assert [line.href for line in real] == ["/notices/nt-00000"]
    assert [line.href for line in drill] == ["/notices/nt-00001"]
    assert [line.zh for line in masked] == ["向康定某单位下发通报"]
