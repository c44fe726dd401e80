"""Calls as lines of the workbench."""

from __future__ import annotations

from sqlalchemy import update

from analytics.db import INCIDENT
from console.desk.todo import ASKED
from console.response.level_jobs import follow_calls
from console.response.level_todo import calls_todo
from console.response.levels import Change, decide
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_callouts import clerk
from tests.console.response.test_levels import COMMANDER, LEAD, START, person


def test_the_called_see_their_call_and_those_who_decide_see_what_nobody_answers(table: Table) -> None:
    two_counties(table)
    table.account("lead")
    decide(table.desk, LEAD, incident(table.desk.engine, 1), START)
    with table.desk.reads.begin() as connection:
        mine = calls_todo(connection, LEAD, table.clock())
        assert [one.zh for one in mine] == ["请确认到岗：州委网信办（州网络安全应急指挥中心）（事件1）"]
        assert calls_todo(connection, COMMANDER, table.clock()) == []
        assert calls_todo(connection, person("auditor"), table.clock()) == ()
    for _ in range(2):
        table.clock.pass_by(minutes=15)
        follow_calls(clerk(table))
    with table.desk.reads.begin() as connection:
        lines = [one.zh for one in calls_todo(connection, COMMANDER, table.clock())]
        assert calls_todo(connection, person("lead", county="513322"), table.clock()) == []

    assert "州委网信办（州网络安全应急指挥中心）无人应答（事件1）" in lines
    assert calls_todo in ASKED


def test_a_response_that_outlives_its_incident_is_said(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1)
    decide(table.desk, LEAD, number, START)
    with table.desk.engine.begin() as connection:
        connection.execute(update(INCIDENT).values(state="closed"))
        said = [one.zh for one in calls_todo(connection, LEAD, table.clock())]
    decide(table.desk, LEAD, number, Change("end", None, "处置完毕"))
    with table.desk.reads.begin() as connection:
        after = calls_todo(connection, LEAD, table.clock())

    assert said == ["事件已结束，响应级别尚未结束（事件1）"]
    assert after == []
