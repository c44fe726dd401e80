"""Playbooks on the shelf of a test's desk, and an engine that has all it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from console.office.http import Answer
from console.response import shelf
from console.response.calls import Call
from console.response.carrying import Means, carry_due
from console.response.mechanism import shipped
from console.response.runs import start_run
from console.response.tables import RUN, STEP_RUN
from tests.console.deskside import Table
from tests.console.playbooks import raw


def no_call(call: Call) -> Answer:
    raise AssertionError(f"nothing is to be asked: {call.url}")


def means(ask: Callable[[Call], Answer] = no_call, allowed: str = "") -> Means:
    return Means(shipped(), allowed, ask)


def keep(engine: Engine, document: Mapping[str, Any], at: datetime) -> str:
    """Put a playbook onto the shelf; its id."""
    book = shelf.checked(raw(document))
    with engine.begin() as connection:
        shelf.keep(connection, book, "tester", at)
    return book.id


def start(table: Table, document: Mapping[str, Any], incident: str | None = None, by: str = "analyst") -> str:
    """Keep a playbook and start it."""
    playbook = keep(table.desk.engine, document, table.clock())
    with table.desk.engine.begin() as connection:
        return start_run(connection, playbook, incident, by, table.clock())


def carry(table: Table, how: Means | None = None) -> int:
    """Do what the clerk does."""
    return carry_due(table.desk.engine, table.desk.reads, how or means(), table.clock)


def run_of(table: Table, run_id: str) -> Any:
    with table.desk.reads.begin() as connection:
        return connection.execute(select(RUN).where(RUN.c.id == run_id)).one()


def steps_of(table: Table, run_id: str) -> dict[str, Any]:
    """The newest execution of each step."""
    with table.desk.reads.begin() as connection:
        rows = connection.execute(select(STEP_RUN).where(STEP_RUN.c.run_id == run_id).order_by(STEP_RUN.c.id)).all()
    return {row.step: row for row in rows}
