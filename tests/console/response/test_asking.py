"""Telling people of steps that wait for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from console.exercise.state import end as end_exercise
from console.exercise.state import start as start_exercise
from console.notify.tables import DELIVERY
from console.response.runs import load, save
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.playbooks import book, end, manual
from tests.console.response.runside import start

APPROVAL = {"approval": {"role": "lead", "quorum": 1, "deadline": "PT30M"}}
STEPS = book({"a": manual("b", {"role": "analyst", "due": "PT10M"}), "b": manual("e", APPROVAL), "e": end()})


def told(table: Table, state: str = "waiting") -> list[Any]:
    with table.desk.reads.begin() as connection:
        wanted = select(DELIVERY).where(DELIVERY.c.kind == "step", DELIVERY.c.state == state)
        return list(connection.execute(wanted.order_by(DELIVERY.c.id)).all())


def go_on(table: Table, run_id: str) -> None:
    with table.desk.engine.begin() as connection:
        held = load(connection, run_id)
        one = next(one for one in held.walk.executions if one.state == "waiting")
        held.walk.commanded(one, table.clock(), "analyst")
        save(connection, held, table.clock())


def test_whoever_can_do_a_step_is_told_once_and_inside_their_scope(table: Table) -> None:
    two_counties(table)
    table.account("analyst", login="starter")
    for roles, county in ((("analyst",), "513301"), (("county",), "513322"), (("editor",), None), (("lead",), None)):
        table.account(*roles, county=county)
    run_id = start(table, STEPS, incident(table.desk.engine, 1), by="starter")

    first = told(table)
    with table.desk.engine.begin() as connection:
        save(connection, load(connection, run_id), table.clock())
    assert [row.addresses["account"] for row in first] == ["analyst513301", "starter", "lead"]
    assert len({row.key for row in first}) == len(first) == len(told(table))
    assert {(row.ref, row.urgent) for row in first} == {("incident 2026-0001", False)}
    assert "11-23 20:10" in first[0].text

    go_on(table, run_id)
    assert [(row.addresses["account"], row.urgent) for row in told(table)] == [("lead", True)]
    assert len(told(table, "void")) == len(first)
    go_on(table, run_id)
    assert told(table) == []


def test_whoever_started_a_run_is_not_asked_to_approve_it_alone(table: Table) -> None:
    table.account("lead", login="one")
    table.account("commander", login="two")
    run_id = start(table, book({"b": manual("e", APPROVAL), "e": end()}), by="one")

    assert [row.addresses["account"] for row in told(table)] == ["two"]
    assert told(table)[0].ref == f"run {run_id}"


def test_a_step_of_no_role_tells_nobody_and_one_of_an_exercise_says_so(table: Table) -> None:
    table.account("analyst")
    start(table, book({"a": manual("e"), "e": end()}))
    assert told(table) == []
    with table.desk.engine.begin() as connection:
        exercise = start_exercise(connection, "演练", "lead", table.clock())
    run_id = start(table, book({"a": manual("b"), "b": manual("e", {"role": "analyst"}), "e": end()}, number=2))
    with table.desk.engine.begin() as connection:
        end_exercise(connection, "lead", table.clock())
    go_on(table, run_id)

    assert [row.exercise_id for row in told(table)] == [exercise]
