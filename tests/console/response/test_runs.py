"""Runs in the records."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from analytics.db import INCIDENT, INCIDENT_ENTRY
from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.exercise.state import start as start_exercise
from console.response.runs import load, save, start_run
from console.response.tables import RUN, STEP_LOG
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.playbooks import book, end, manual, variable
from tests.console.response.runside import keep, run_of, start, steps_of

ASKS = book(
    {"a": manual("e", {"role": "analyst", "due": "PT10M"}, out_args=["__f__"]), "e": end()},
    {"__f__": variable("", "bool"), "__incident_title__": variable(external=True)},
)


def test_a_run_takes_scope_facts_and_exercise_from_where_it_starts(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1, entities=["203.0.113.77"])
    with table.desk.engine.begin() as connection:
        exercise = start_exercise(connection, "年度演练", "lead", table.clock())

    row = run_of(table, start(table, ASKS, number))

    assert (row.county, row.unit_id, row.site_id, row.exercise_id) == ("513301", "U-1", "kd-1", exercise)
    assert row.variables["__incident_title__"] == "事件1"
    first = steps_of(table, row.id)["a"]
    assert (first.state, first.role) == ("waiting", "analyst")
    assert (first.due - table.clock()).total_seconds() == 600


def test_the_timeline_tells_of_a_run_and_of_its_end(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1)
    run_id = start(table, ASKS, number)
    with table.desk.engine.begin() as connection:
        held = load(connection, run_id)
        held.walk.commanded(held.walk.executions[-1], table.clock(), "analyst")
        save(connection, held, table.clock())

    with table.desk.reads.begin() as connection:
        told = connection.execute(select(INCIDENT_ENTRY.c.text).where(INCIDENT_ENTRY.c.kind == "run")).scalars().all()
        passages = connection.execute(select(STEP_LOG.c.state_to).where(STEP_LOG.c.run_id == run_id)).scalars().all()
    assert list(told) == ["启动预案：预案1", "预案完成：预案1"]
    assert list(passages) == ["ready", "done", "ready", "waiting", "done", "ready", "done"]
    assert run_of(table, run_id).state == "succeeded"


def test_the_same_playbook_runs_once_at_a_time_on_an_incident(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1)
    start(table, ASKS, number)

    with pytest.raises(IllegalMove, match="running"):
        start(table, ASKS, number)


def test_nothing_starts_on_what_is_closed_or_not_there(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        connection.execute(update(INCIDENT).values(state="closed"))
    with pytest.raises(IllegalMove, match="closed"):
        start(table, ASKS, number)
    for playbook, about in (("no-such-book", None), ("defaced-page", "2026-9999")):
        with table.desk.engine.begin() as connection, pytest.raises(Unknown):
            start_run(connection, playbook, about, "analyst", table.clock())
    with pytest.raises(Unknown, match="revoked"):
        start(table, {**ASKS, "revoked": True})


def test_a_run_keeps_the_version_it_was_started_from(table: Table) -> None:
    run_id = start(table, ASKS)
    newer = book({"z": manual("e"), "e": end()}, modified="2026-12-01T00:00:00.000Z")
    keep(table.desk.engine, newer, table.clock())

    with table.desk.engine.begin() as connection:
        assert set(load(connection, run_id).walk.playbook.steps) == {"start", "a", "e"}
    assert (run_of(table, run_id).playbook_version, run_of(table, start(table, newer)).playbook_version) == (1, 2)


def test_two_who_write_the_same_run_do_not_overwrite_each_other(table: Table) -> None:
    run_id = start(table, ASKS)
    with table.desk.engine.begin() as connection:
        one, other = load(connection, run_id), load(connection, run_id)
        for held in (one, other):
            held.walk.cancel(table.clock(), "lead", "no")
        save(connection, one, table.clock())
        with pytest.raises(Stale):
            save(connection, other, table.clock())


def test_saving_what_did_not_change_writes_nothing(table: Table) -> None:
    run_id = start(table, ASKS)
    before = run_of(table, run_id).version
    with table.desk.engine.begin() as connection:
        save(connection, load(connection, run_id), table.clock())

    assert run_of(table, run_id).version == before
    with table.desk.reads.begin() as connection:
        assert connection.execute(select(RUN.c.wake_at)).scalar_one() is None
