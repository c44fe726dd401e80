"""Carrying runs on: what is due, and the same end wherever a process died."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from analytics.db import INCIDENT_MEMBER, RETEST
from console.exercise.state import start as start_exercise
from console.notices.tables import NOTICE
from console.notify.tables import DELIVERY
from console.office.http import Answer, Unreached
from console.province.tables import REPORT
from console.response import carrying
from console.response.calls import Call
from console.response.runs import start_run
from console.response.tables import BLOCK_REQUEST, RUN, STEP_LOG, STEP_RUN
from tests.console.deskdata import finding, incident
from tests.console.deskside import Table, two_counties
from tests.console.playbooks import AGENT, book, end, manual, own, step, variable
from tests.console.response.runside import carry, keep, means, run_of, start, steps_of

NOTIFY = {"to": "support", "subject": "请支援"}
EVERYTHING = book(
    {
        "p": step("parallel", "w", next_steps=["n", "b"]),
        "n": own("notify", "x", command=NOTIFY),
        "b": own("block-request", "y", command={"address": "__ip__:value", "to": "support"}),
        "x": end(),
        "y": end(),
        "w": step("while-condition", "i", condition="__f__:value = 'false'", on_true="h"),
        "h": own("http", "v")
        | {"commands": [{"type": "http-api", "command": "POST /x HTTP/1.1"}], "out_args": ["__f__"]},
        "v": end(),
        "i": step("if-condition", "nest", condition="__f__:value = 'stop'", on_true="t"),
        "t": own("ticket", "u", command={"kind": "order"}),
        "u": end(),
        "nest": step("playbook-action", "r", playbook_id="playbook--00000000-0000-4000-8000-000000000002"),
        "r": own("retest", "s"),
        "s": step("switch-condition", "e", switch="__f__:value", cases={"stop": "q"}),
        "q": own("notify", "q2", command=NOTIFY),
        "q2": end(),
        "e": end(),
    },
    {"__f__": variable("false"), "__ip__": variable("203.0.113.9")},
    agent_definitions={AGENT: {"type": "http-api", "name": "x", "address": {"url": ["http://127.0.0.1:9/"]}}},
)
INNER = book({"r": own("report-up", "e", command={"kind": "first"}), "e": end()}, number=2)
COUNTED = (DELIVERY, BLOCK_REQUEST, NOTICE, RETEST, REPORT, RUN, STEP_RUN, STEP_LOG)


def stop(call: Call) -> Answer:
    return Answer(200, {}, b"stop")


def prepared(table: Table) -> str:
    """An incident with a finding, both playbooks on the shelf, and a run that has begun."""
    two_counties(table)
    engine = table.desk.engine
    number = incident(engine, 1)
    found = finding(engine, 1)
    with engine.begin() as connection:
        connection.execute(
            INCIDENT_MEMBER.insert().values(
                incident_id=number, kind="finding", member_id=found, joined_at=table.clock(), why="x"
            )
        )
    for document in (EVERYTHING, INNER):
        keep(engine, document, table.clock())
    with engine.begin() as connection:
        return start_run(connection, str(EVERYTHING["id"]), number, "analyst", table.clock())


def counted(engine: Any) -> dict[str, int]:
    with engine.begin() as connection:
        return {one.name: len(connection.execute(select(one)).all()) for one in COUNTED}


def test_every_step_type_and_every_command_of_ours_is_run_to_the_end(table: Table) -> None:
    run_id = prepared(table)

    carry(table, means(stop, "127.0.0.1:9"))

    row = run_of(table, run_id)
    assert (row.state, row.failure) == ("succeeded", None)
    found = counted(table.desk.engine)
    assert {name: found[name] for name in ("block_request", "notice", "report", "retest", "run")} == {
        "block_request": 1,
        "notice": 1,
        "report": 1,
        "retest": 1,
        "run": 2,
    }
    assert {one.state for one in steps_of(table, run_id).values()} == {"done"}


KILLED = """
import os, signal, sys
from sqlalchemy import event
from analytics.db import open_database, reader
from console.response.carrying import carry_due
from tests.console.deskside import Clock
from tests.console.response.runside import means
from tests.console.response.test_carrying import stop
engine = open_database(sys.argv[1])
left = int(sys.argv[2])
def count(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(engine, "before_cursor_execute", count)
event.listen(engine, "commit", count)
clock = Clock()
clock.pass_by(seconds=float(sys.argv[3]))
carry_due(engine, engine, means(stop, "127.0.0.1:9"), clock)
"""


def test_killed_at_many_moments_it_ends_in_the_same_state_with_each_effect_once(table: Table, tmp_path: Path) -> None:
    run_id = prepared(table)
    url = str(table.desk.engine.url)
    root = Path(__file__).resolve().parents[3]
    died = 0
    for number, moment in enumerate((3, 17, 26, 41, 58)):
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, url, str(moment), str(number * 100)],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root)},
            check=False,
            capture_output=True,
            timeout=60,
        )
        assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
        died += ended.returncode != 0
    table.clock.pass_by(seconds=1000)
    carry(table, means(stop, "127.0.0.1:9"))

    assert died >= 4
    assert run_of(table, run_id).state == "succeeded"
    found = counted(table.desk.engine)
    assert (found["block_request"], found["notice"], found["report"], found["retest"], found["run"]) == (1, 1, 1, 1, 2)


class Died(BaseException):
    """What a killed process looks like from inside."""


def test_cut_before_any_statement_it_goes_on_to_the_very_same_records(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = prepared(table)
    asked: list[str] = []

    def ask(call: Call) -> Answer:
        asked.append(call.headers["Idempotency-Key"])
        return stop(call)

    real = carrying.save
    cuts = random.Random(7)

    def cut(*args: Any) -> None:
        real(*args)
        if cuts.random() < 0.4:
            raise Died

    monkeypatch.setattr(carrying, "save", cut)
    for _ in range(200):
        try:
            carry(table, means(ask, "127.0.0.1:9"))
        except Died:
            table.clock.pass_by(seconds=61)
            continue
        if run_of(table, run_id).state != "running":
            break

    found = counted(table.desk.engine)
    assert run_of(table, run_id).state == "succeeded"
    assert (found["block_request"], found["notice"], found["report"], found["retest"], found["run"]) == (1, 1, 1, 1, 2)
    assert len(set(asked)) == 1


def calling(then: str = "e", **members: Any) -> dict[str, Any]:
    command = {"type": "http-api", "command": "GET /state HTTP/1.1"}
    return book(
        {"h": manual(then, commands=[command], out_args=["__f__"], **members), "e": end()},
        {"__f__": variable()},
        agent_definitions={AGENT: {"type": "http-api", "name": "x", "address": {"url": ["http://kd.example"]}}},
    )


def test_a_server_that_is_not_listed_is_never_asked_and_a_person_decides(table: Table) -> None:
    run_id = start(table, calling())

    carry(table)

    found = steps_of(table, run_id)["h"]
    assert found.state == "waiting"
    assert "not on the list" in found.note


def test_a_call_is_tried_again_and_in_the_end_given_up(table: Table) -> None:
    tries: list[str] = []

    def ask(call: Call) -> Answer:
        tries.append(call.headers["Idempotency-Key"])
        if len(tries) % 2:
            raise Unreached("no answer")
        return Answer(503, {}, b"")

    run_id = start(table, calling())
    for _ in range(10):
        carry(table, means(ask, "kd.example"))
        table.clock.pass_by(seconds=100)

    assert (len(tries), len(set(tries))) == (5, 1)
    assert run_of(table, run_id).state == "failed"


def test_an_answer_becomes_the_value_of_the_first_out_argument(table: Table) -> None:
    run_id = start(table, calling())

    carry(table, means(lambda _: Answer(200, {}, b"up"), "kd.example"))

    assert run_of(table, run_id).variables == {"__f__": "up"}


def test_in_an_exercise_nothing_is_asked(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        start_exercise(connection, "演练一", "lead", table.clock())
    run_id = start(table, calling())

    carry(table, means(allowed="kd.example"))

    assert run_of(table, run_id).state == "succeeded"


def test_a_command_that_cannot_be_done_fails_its_step_with_the_reason(table: Table) -> None:
    run_id = start(table, book({"t": own("ticket", "e", command={"kind": "order"}), "e": end()}))

    carry(table)

    assert run_of(table, run_id).state == "failed"
    assert "belongs to no incident" in steps_of(table, run_id)["t"].note


def test_a_playbook_that_is_not_there_or_nests_itself_fails_its_step(table: Table) -> None:
    itself = str(book({"e": end()})["id"])
    run_id = start(table, book({"n": step("playbook-action", "e", playbook_id=itself), "e": end()}))
    for _ in range(10):
        carry(table)
    assert run_of(table, run_id).state == "failed"

    missing = start(table, book({"n": step("playbook-action", "e", playbook_id="playbook--x"), "e": end()}, number=3))
    carry(table)
    assert "there is no playbook" in steps_of(table, missing)["n"].note


def test_values_go_into_a_nested_run_and_come_back(table: Table) -> None:
    inner = book(
        {"a": manual("e", out_args=["__out__"]), "e": end()},
        {"__in__": variable(external=True), "__out__": variable()},
        number=2,
    )
    keep(table.desk.engine, inner, table.clock())
    nest = step("playbook-action", "e", playbook_id=inner["id"], in_args=["__in__"], out_args=["__out__"])
    outer = start(table, book({"n": nest, "e": end()}, {"__in__": variable("given"), "__out__": variable()}))
    carry(table)
    with table.desk.engine.begin() as connection:
        child = connection.execute(select(RUN).where(RUN.c.parent_id == outer)).one()
        assert child.variables["__in__"] == "given"
        held = carrying.load(connection, child.id)
        held.walk.commanded(held.walk.executions[-1], table.clock(), "analyst", values={"__out__": "back"})
        carrying.save(connection, held, table.clock())

    assert run_of(table, outer).state == "succeeded"
    assert run_of(table, outer).variables["__out__"] == "back"


def test_a_run_that_cannot_be_carried_on_does_not_keep_the_others_waiting(
    table: Table, caplog: pytest.LogCaptureFixture
) -> None:
    broken = start(table, book({"n": own("notify", "e", command=NOTIFY), "e": end()}))
    sound = start(table, book({"n": own("notify", "e", command=NOTIFY), "e": end()}, number=2))
    with table.desk.engine.begin() as connection:
        connection.execute(
            update(STEP_RUN).where(STEP_RUN.c.run_id == broken, STEP_RUN.c.step == "n").values(step="gone")
        )

    carry(table)

    assert run_of(table, sound).state == "succeeded"
    assert run_of(table, broken).wake_at > table.clock()
    assert broken in caplog.text


def test_an_idle_desk_asks_one_cheap_question(table: Table) -> None:
    start(table, book({"a": manual("e"), "e": end()}))

    assert carry(table) == 0
