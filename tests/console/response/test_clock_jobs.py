"""Warnings of clocks, to the right people."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.correlation.inputs import means_of, reconsider
from analytics.correlation.move import Person, move
from analytics.db import INCIDENT, INCIDENT_ENTRY
from console.exercise.state import end, start
from console.notify.tables import DELIVERY
from console.response.clock_jobs import warn
from console.response.clocks import meet_clock
from console.response.levels import decide
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_callouts import clerk
from tests.console.response.test_levels import LEAD, START
from tests.factories import NOON


@pytest.fixture
def number(table: Table) -> str:
    two_counties(table)
    for role in ("analyst", "lead", "commander"):
        table.account(role)
    table.account("lead", login="elsewhere", county="513322")
    found = incident(table.desk.engine, 1, level_confirmed=3, confirmed_at=NOON, class_code="02.09", state="confirmed")
    again(table, found)
    return found


def again(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        reconsider(connection, number, means_of(connection, table.desk.store), Person("gongga", table.clock()))


def told(table: Table, clock: str) -> list[tuple[str, str]]:
    with table.desk.reads.begin() as connection:
        rows = connection.execute(select(DELIVERY).order_by(DELIVERY.c.id)).all()
    return [(row.key.split(":")[3], row.recipient) for row in rows if row.key.split(":")[2] == clock]


def test_each_share_is_told_once_to_those_whom_it_concerns(table: Table, number: str) -> None:
    warn(clerk(table))
    assert told(table, "R-LOC-1") == []
    for _ in range(4):
        table.clock.pass_by(hours=1)
        for _again in range(2):
            warn(clerk(table))

    assert told(table, "R-LOC-1") == [
        ("50", "测试analyst"),
        ("50", "测试lead"),
        ("75", "测试lead"),
        ("75", "测试commander"),
        ("100", "测试lead"),
        ("100", "测试commander"),
    ]
    with table.desk.reads.begin() as connection:
        mine = select(INCIDENT_ENTRY.c.text).where(INCIDENT_ENTRY.c.ref.startswith("R-LOC-1:"))
        assert connection.execute(mine).scalars().all() == [
            "时限预警：向省级网信部门报告已用 50%",
            "时限预警：向省级网信部门报告已用 75%",
            "时限已到：向省级网信部门报告",
        ]
        text = connection.execute(select(DELIVERY.c.text).where(DELIVERY.c.key.contains(":R-LOC-1:50:"))).scalars()
        assert "依据：国家网络安全事件报告管理办法 第四条（可信度 C）" in next(iter(text))


def test_what_was_missed_while_the_clerk_was_away_is_told_once(table: Table, number: str) -> None:
    table.clock.pass_by(hours=3, minutes=10)
    warn(clerk(table))

    assert {share for share, _ in told(table, "R-LOC-1")} == {"75"}


def test_a_duty_that_is_met_is_warned_of_no_more(table: Table, number: str) -> None:
    table.clock.pass_by(hours=2)
    warn(clerk(table))
    with table.desk.engine.begin() as connection:
        meet_clock(connection, number, "R-LOC-1", table.clock(), "lead")
    table.clock.pass_by(hours=9)
    warn(clerk(table))

    assert {share for share, _ in told(table, "R-LOC-1")} == {"50"}
    with table.desk.reads.begin() as connection:
        waiting = select(DELIVERY.c.state).where(DELIVERY.c.key.contains(":R-LOC-1:"))
        assert set(connection.execute(waiting).scalars()) == {"void"}


def test_the_final_report_is_warned_of_after_the_end_over_the_turn_of_the_year(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        version = connection.execute(select(INCIDENT.c.version)).scalar_one()
        move(connection, number, "handling", Person("lead", table.clock()), version)
        move(connection, number, "closed", Person("lead", table.clock(), "处置完毕"), version + 1)
    again(table, number)
    table.clock.pass_by(days=15)
    warn(clerk(table))
    assert told(table, "R-FIN")[0] == ("50", "测试analyst")
    table.clock.pass_by(days=15)
    warn(clerk(table))

    assert [share for share, _ in told(table, "R-FIN")][-1] == "100"
    assert told(table, "R-LOC-1") == []


def marked(table: Table) -> set[int | None]:
    with table.desk.reads.begin() as connection:
        return set(connection.execute(select(DELIVERY.c.exercise_id).where(DELIVERY.c.kind == "clock")).scalars())


def test_a_duty_from_before_an_exercise_stays_real(table: Table, number: str) -> None:
    table.clock.pass_by(minutes=1)
    with table.desk.engine.begin() as connection:
        start(connection, "演练", "lead", table.clock())
    table.clock.pass_by(hours=3)
    warn(clerk(table))

    assert marked(table) == {None}


def test_a_duty_of_an_exercise_stays_one_after_its_end(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        exercise = start(connection, "演练", "lead", table.clock())
    decide(table.desk, LEAD, number, START)
    with table.desk.engine.begin() as connection:
        end(connection, "lead", table.clock())
    table.clock.pass_by(hours=3)
    warn(clerk(table))

    assert marked(table) == {exercise}


def test_what_is_detected_during_an_exercise_belongs_to_it(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        exercise = start(connection, "演练", "lead", table.clock())
    table.clock.pass_by(hours=3)
    warn(clerk(table))

    assert marked(table) == {exercise}
