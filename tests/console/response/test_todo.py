"""What waits for a viewer in playbooks."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update

from console.accounts.viewer import Viewer
from console.response.tables import APPROVAL, STEP_RUN
from console.response.todo import run_todo
from tests.console.deskside import Table
from tests.console.playbooks import book, end, manual, step
from tests.console.response.runside import start, steps_of

APPROVAL_TERMS = {"approval": {"role": "lead", "quorum": 1, "deadline": "PT1H"}}
BOTH = book(
    {
        "p": step("parallel", "e", next_steps=["a", "b"]),
        "a": manual("x", {"role": "analyst", "due": "PT10M"}, name="核实"),
        "b": manual("x", APPROVAL_TERMS, name="批准下线"),
        "x": end(),
        "e": end(),
    }
)


def todo(table: Table, role: str, login: str = "x") -> list[str]:
    who = Viewer(f"ac-{login}", login, "测试", frozenset({role}), None, None, "zh", "token")
    with table.desk.reads.begin() as connection:
        return [one.zh for one in run_todo(connection, who, table.clock())]


def test_each_sees_what_they_can_do(table: Table) -> None:
    run_id = start(table, BOTH)

    assert todo(table, "analyst") == ["待办步骤：核实"]
    assert todo(table, "lead") == ["待办步骤：核实", "待批准：批准下线"]
    assert todo(table, "commander") == ["待批准：批准下线"]
    assert todo(table, "owner") == todo(table, "auditor") == []
    assert (steps_of(table, run_id)["a"].due - table.clock()) == timedelta(minutes=10)


def test_what_another_took_or_one_decided_already_does_not_wait(table: Table) -> None:
    run_id = start(table, BOTH, by="starter")
    found = steps_of(table, run_id)
    voice = {"account_id": "ac-x", "login": "x", "role": "lead", "approve": True, "reason": "x"}
    with table.desk.engine.begin() as connection:
        connection.execute(update(STEP_RUN).where(STEP_RUN.c.id == found["a"].id).values(holder="other"))
        connection.execute(insert(APPROVAL).values(step_run_id=found["b"].id, at=table.clock(), **voice))

    assert todo(table, "lead") == []
    assert todo(table, "lead", "other") == ["待办步骤：核实", "待批准：批准下线"]
    assert todo(table, "lead", "starter") == []
