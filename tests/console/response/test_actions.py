"""What our own commands do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from analytics.db import INCIDENT_ENTRY, INCIDENT_MEMBER, RETEST
from console.exercise.state import end as end_exercise
from console.exercise.state import start as start_exercise
from console.notices.tables import NOTICE
from console.notify.tables import DELIVERY
from console.province.tables import REPORT
from console.response.actions import ACTIONS, Doing, act
from console.response.cacao.extension import OWN_COMMANDS
from console.response.mechanism import shipped
from console.response.tables import BLOCK_REQUEST
from tests.console.deskdata import finding, incident
from tests.console.deskside import Table, two_counties
from tests.console.playbooks import book, end, manual
from tests.console.response.runside import run_of, start


def doing(table: Table, about: str | None, **content: object) -> Doing:
    row = run_of(table, start(table, book({"a": manual("e"), "e": end()}), about))
    return Doing(row, "a", 1, 0, content, shipped(), table.clock())


def doing_of(one: Doing, **content: object) -> Doing:
    return replace(one, content=content)


def test_every_command_of_ours_has_its_function() -> None:
    assert set(ACTIONS) == set(OWN_COMMANDS)


def test_a_message_goes_to_everyone_of_a_slot_once_however_often_it_is_told(table: Table) -> None:
    table.account("analyst")
    one = doing(table, None, to="support", subject="支援", command="请到位", urgent=True)

    with table.desk.engine.begin() as connection:
        told = [act(connection, "x-notify", one) for _ in range(2)]
        rows = connection.execute(select(DELIVERY)).all()

    assert told[0] == told[1]
    assert {(row.subject, row.text, row.urgent) for row in rows} == {("支援", "请到位", True)}
    assert len(rows) == len({row.recipient for row in rows}) == 2


def test_a_request_to_block_is_recorded_told_and_put_into_the_timeline(table: Table) -> None:
    two_counties(table)
    one = doing(table, incident(table.desk.engine, 1), to="support", address="203.0.113.7", command="x")

    with table.desk.engine.begin() as connection:
        act(connection, "x-block-request", one)
        act(connection, "x-block-request", one)
        row = connection.execute(select(BLOCK_REQUEST)).one()
        told = connection.execute(select(INCIDENT_ENTRY.c.text)).scalars().all()

    assert (row.address, row.county, row.asked_by) == ("203.0.113.7", "513301", "analyst")
    assert sum("已请求封禁 203.0.113.7" in text for text in told) == 1


def test_only_what_still_stands_is_tested_again(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1)
    ids = [finding(table.desk.engine, 1), finding(table.desk.engine, 2, state="closed")]
    with table.desk.engine.begin() as connection:
        for one in ids:
            connection.execute(
                INCIDENT_MEMBER.insert().values(
                    incident_id=number, kind="finding", member_id=one, joined_at=table.clock(), why="x"
                )
            )
    one = doing(table, number)
    with table.desk.engine.begin() as connection:
        assert act(connection, "retest", one) == "已安排复测 1 项隐患"
        assert connection.execute(select(RETEST.c.finding_id)).scalars().all() == ids[:1]


@pytest.mark.parametrize("for_exercise", [True, False])
def test_what_a_run_makes_belongs_to_the_runs_exercise_whenever_it_is_made(table: Table, for_exercise: bool) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1)
    member = {"incident_id": number, "kind": "finding", "member_id": finding(table.desk.engine, 1), "why": "x"}
    exercise: int | None = None
    with table.desk.engine.begin() as connection:
        connection.execute(INCIDENT_MEMBER.insert().values(**member, joined_at=table.clock()))
        if for_exercise:
            exercise = start_exercise(connection, "年度演练", "lead", table.clock())
    one = doing(table, number, kind="first", to="support", subject="x")
    notice = doing_of(one, kind="hazard")
    with table.desk.engine.begin() as connection:
        if for_exercise:
            end_exercise(connection, "lead", table.clock())
        else:
            start_exercise(connection, "年度演练", "lead", table.clock())
        for kind, how in (("notify", one), ("report-up", one), ("ticket", notice), ("retest", one)):
            act(connection, kind, how)
        made = [
            connection.execute(select(table_of.c.exercise_id)).scalars().all()
            for table_of in (DELIVERY, REPORT, NOTICE, RETEST)
        ]

    assert [set(ids) for ids in made] == [{exercise}] * 4


def test_what_cannot_be_done_says_why(table: Table) -> None:
    one = doing(table, None, kind="first", to="owner", subject="x")

    with table.desk.engine.begin() as connection:
        for kind, told in (("report-up", "no incident"), ("notify", "nobody"), ("bash", "no command of ours")):
            with pytest.raises(ValueError, match=told):
                act(connection, kind, one)
