"""Carrying runs on: what is due, one command a transaction, so that whoever comes after a crash finds it whole."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, select, update

from analytics.lifecycle import Stale
from console.office.http import Answer, Unreached
from console.response.actions import Doing, act
from console.response.cacao.document import Command
from console.response.cacao.importing import CALL, way_of
from console.response.cacao.variables import filled
from console.response.calls import LEASE, MOST_TRIES, Answered, Call, call_of, meaning, pause
from console.response.engine import ENGINE, Execution
from console.response.mechanism import Mechanism
from console.response.runs import MOST_NESTED, Held, Parent, depth, load, nested_id, save, start_run
from console.response.tables import RUN

_LOG: Final = logging.getLogger(__name__)
MOST_RUNS: Final = 50
MOST_STEPS: Final = 100
# A run that cannot be carried on is looked at again after so long.
REST: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Means:
    """What carrying on needs from outside: the mechanism, the servers that may be asked, and the way to ask."""

    mechanism: Mechanism
    allowed: str
    ask: Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class _Asking:
    """A call that is under way: who took it is known by the number of the try."""

    step: str
    visit: int
    attempt: int
    call: Call


def due_runs(connection: Connection, at: datetime) -> list[str]:
    """The runs whose time has come."""
    due = (RUN.c.state == "running", RUN.c.wake_at <= at)
    return list(connection.execute(select(RUN.c.id).where(*due).order_by(RUN.c.wake_at).limit(MOST_RUNS)).scalars())


def carry_due(engine: Engine, reads: Engine, means: Means, clock: Callable[[], datetime]) -> int:
    """Carry on every run that is due, and those that become due by it; how many were looked at."""
    count = 0
    for _ in range(MOST_NESTED):
        with reads.begin() as connection:
            due = due_runs(connection, clock())
        if not due:
            break
        for run_id in due:
            _carry_safely(engine, run_id, means, clock)
        count += len(due)
    return count


def _carry_safely(engine: Engine, run_id: str, means: Means, clock: Callable[[], datetime]) -> None:
    try:
        carry(engine, run_id, means, clock)
    except Stale:
        # Somebody else carried it on meanwhile.
        return
    except Exception:
        # One run that cannot be carried on must not keep the others waiting.
        _LOG.exception("run %s could not be carried on", run_id)
        with engine.begin() as connection:
            later = update(RUN).where(RUN.c.id == run_id, RUN.c.state == "running")
            connection.execute(later.values(wake_at=clock() + REST))


def carry(engine: Engine, run_id: str, means: Means, clock: Callable[[], datetime]) -> None:
    """Carry on one run until only people, time or other runs can."""
    for _ in range(MOST_STEPS):
        with engine.begin() as connection:
            asking = advance(connection, run_id, means, clock())
        if asking is None:
            return
        if isinstance(asking, _Asking):
            answered = _asked(means, asking.call)
            with engine.begin() as connection:
                _answer(connection, run_id, asking, answered, clock())


def advance(connection: Connection, run_id: str, means: Means, at: datetime) -> _Asking | bool | None:
    """Do one thing of a run: True when there may be more, a call to send, or None when nothing is left to do now."""
    held = load(connection, run_id)
    held.walk.tick(at)
    ready = held.walk.ready()
    if not ready:
        save(connection, held, at)
        return None
    one = ready[0]
    if one.type == "playbook-action":
        _nest(connection, held, one, at)
        return True
    command = held.walk.step_of(one).commands[one.command]
    if way_of(command) == CALL:
        return _call(connection, held, one, command, means, at)
    _act(connection, held, one, command, means, at)
    save(connection, held, at)
    return True


def _act(connection: Connection, held: Held, one: Execution, command: Command, means: Means, at: datetime) -> None:
    content = filled(command.content, held.walk.scope(one))
    doing = Doing(held.row, one.step, one.visit, one.command, content, means.mechanism, at)
    try:
        with connection.begin_nested():
            did = act(connection, command.type, doing)
    except (ValueError, LookupError) as why:
        held.walk.finish(one, False, at, ENGINE, str(why))
    else:
        held.walk.commanded(one, at, ENGINE, did)


def _nest(connection: Connection, held: Held, one: Execution, at: datetime) -> None:
    """Start the playbook that a step names, in the step's own transaction."""
    step, row = held.walk.step_of(one), held.row
    if depth(connection, row.id) >= MOST_NESTED:
        held.walk.finish(one, False, at, ENGINE, f"playbooks nest deeper than {MOST_NESTED}")
        save(connection, held, at)
        return
    number = held.numbers[one.key]
    scope = held.walk.scope(one)
    given = {name: scope[name] for name in step.in_args if name in scope}
    parent = Parent(row.id, number, nested_id(row.id, number), given, step.playbook_version)
    held.walk.nest(one, at, step.playbook_id)
    save(connection, held, at)
    try:
        with connection.begin_nested():
            start_run(connection, step.playbook_id, row.incident_id, row.started_by, at, row.exercise_id, parent)
    except (ValueError, LookupError) as why:
        again = load(connection, row.id)
        found = again.numbered(number)
        if found is not None:
            again.walk.finish(found, False, at, ENGINE, str(why))
        save(connection, again, at)


def _call(
    connection: Connection, held: Held, one: Execution, command: Command, means: Means, at: datetime
) -> _Asking | bool:
    step = held.walk.step_of(one)
    if one.attempts >= MOST_TRIES:
        held.walk.finish(one, False, at, ENGINE, f"no answer in {one.attempts} tries")
        save(connection, held, at)
        return True
    scope = held.walk.scope(one)
    content: dict[str, Any] = filled(command.content, scope)
    key = Doing(held.row, one.step, one.visit, one.command, content, means.mechanism, at).key
    asking: _Asking | bool = True
    try:
        call = call_of(held.walk.playbook, step, content, scope, means.allowed, key)
    except ValueError as why:
        # Not ours to send: a person decides what to do instead.
        held.walk.by_person(one, at, str(why))
    else:
        if held.row.exercise_id is not None:
            held.walk.commanded(one, at, ENGINE, f"演练，未发送：{call.method} {call.url}")
        else:
            held.walk.call(one, at, LEASE)
            asking = _Asking(one.step, one.visit, one.attempts, call)
    save(connection, held, at)
    return asking


def _asked(means: Means, call: Call) -> Answered:
    try:
        return meaning(means.ask(call))
    except Unreached as why:
        return Answered("again", str(why))


def _answer(connection: Connection, run_id: str, asking: _Asking, answered: Answered, at: datetime) -> None:
    """Write down what came back, if the step still waits for this very try."""
    held = load(connection, run_id)
    one = held.walk.get(asking.step, asking.visit)
    if one is None or one.state != "calling" or one.attempts != asking.attempt:
        return
    if answered.outcome == "done":
        wanted = held.walk.step_of(one).out_args[:1]
        held.walk.commanded(one, at, ENGINE, answered.note, dict.fromkeys(wanted, answered.text))
    elif answered.outcome == "again" and one.attempts < MOST_TRIES:
        held.walk.retry(one, at, pause(one.attempts), answered.note)
    else:
        held.walk.finish(one, False, at, ENGINE, f"{answered.note} ({one.attempts} tries)")
    save(connection, held, at)
