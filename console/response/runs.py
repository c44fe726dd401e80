"""Runs of playbooks in the records: starting one, loading it under its lock, writing down how far it came."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from analytics.correlation.incident import AT_REST
from analytics.correlation.records import enter
from analytics.db import INCIDENT
from analytics.grading.tables import Words
from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.exercise.state import NOW, belongs
from console.response import shelf
from console.response.asking import ask_no_more, ask_people
from console.response.cacao.variables import starting
from console.response.engine import OVER, RUN_OVER, Execution, Key, Passage, Walk
from console.response.facts import facts_of
from console.response.tables import RUN, STEP_LOG, STEP_RUN
from console.web.changes import announce

# A playbook that runs one that runs one …: deeper is a mistake.
MOST_NESTED: Final = 5
_KEPT: Final = (
    *("type", "state", "command", "branches", "failed_branches", "rounds", "role", "slot", "holder", "due"),
    *("expires", "next_at", "attempts", "leased_until", "note", "done_by", "started_at", "ended_at"),
)


@dataclass(slots=True)
class Held:
    """A run under its lock: its row, its walk, the numbers of its executions and what they were when loaded."""

    row: Row[Any]
    walk: Walk
    numbers: dict[Key, int] = field(default_factory=dict)
    before: dict[Key, Execution] = field(default_factory=dict)

    def numbered(self, step_run_id: int) -> Execution | None:
        """An execution by its number."""
        return next((one for one in self.walk.executions if self.numbers.get(one.key) == step_run_id), None)


@dataclass(frozen=True, slots=True)
class Parent:
    """The step of another run that waits for a new one."""

    run_id: str
    step_run_id: int
    run_of_it: str
    given: Mapping[str, Any]
    modified: str = ""


def start_run(
    connection: Connection,
    playbook_id: str,
    incident_id: str | None,
    by: str,
    at: datetime,
    exercise_id: int | None = NOW,
    parent: Parent | None = None,
) -> str:
    """Start a playbook, for an incident or by itself; the run's id. It keeps the version it was started from.

    Unknown for a playbook or incident there is not, IllegalMove for an incident at rest or one it already runs for.
    """
    book = shelf.find(connection, playbook_id, parent.modified if parent else "")
    if book is None or book.is_revoked:
        raise Unknown(f"playbook {playbook_id}" if book is None else f"playbook {playbook_id} any more: it was revoked")
    incident = _incident(connection, incident_id)
    if incident is not None and parent is None:
        _refuse_second(connection, incident, book.id)
    number = shelf.keep(connection, book, by, at)
    run_id = parent.run_of_it if parent else f"run-{uuid.uuid4().hex[:20]}"
    given = {**facts_of(connection, incident_id), **(parent.given if parent else {})}
    walk = Walk(book.playbook, starting(book.playbook.variables, given))
    connection.execute(
        insert(RUN).values(
            id=run_id,
            playbook_id=book.id,
            playbook_version=number,
            name=book.name,
            name_en=book.name_en,
            incident_id=incident_id,
            **_scope(incident),
            exercise_id=belongs(connection, exercise_id),
            parent_id=parent.run_id if parent else None,
            parent_step=parent.step_run_id if parent else None,
            state="running",
            variables=walk.variables,
            started_by=by,
            started_at=at,
            version=0,
        )
    )
    walk.begin(at)
    row = connection.execute(select(RUN).where(RUN.c.id == run_id)).one()
    if incident_id and not parent:
        words = Words(f"启动预案：{book.name}", f"Playbook started: {book.name_en}")
        enter(connection, incident_id, "run", f"run:{run_id}:started", at, at, words, by)
    save(connection, Held(row, walk), at)
    return run_id


def load(connection: Connection, run_id: str) -> Held:
    """A run, locked until the transaction ends. Unknown when there is none."""
    row = connection.execute(select(RUN).where(RUN.c.id == run_id).with_for_update()).one_or_none()
    if row is None:
        raise Unknown(f"run {run_id}")
    playbook = shelf.playbook_of(connection, row.playbook_id, row.playbook_version)
    rows = connection.execute(select(STEP_RUN).where(STEP_RUN.c.run_id == run_id).order_by(STEP_RUN.c.id)).all()
    keys: dict[int, Key] = {one.id: (one.step, one.visit) for one in rows}
    executions = [_execution(one, keys) for one in rows]
    walk = Walk(playbook, dict(row.variables), executions, row.state, row.failure)
    before = {one.key: replace(one, values=dict(one.values)) for one in executions}
    return Held(row, walk, {key: number for number, key in keys.items()}, before)


def save(connection: Connection, held: Held, at: datetime) -> None:
    """Write down what changed, if the run still is what was loaded. Stale otherwise."""
    walk, row = held.walk, held.row
    changed = [one for one in walk.executions if held.before.get(one.key) != one]
    wake = walk.wake_at()
    now = {"state": walk.state, "variables": walk.variables, "failure": walk.failure, "wake_at": wake}
    is_over = walk.state in RUN_OVER
    if not changed and not walk.passages and all(getattr(row, name) == value for name, value in now.items()):
        return
    for one in changed:
        _write(connection, held, one)
    _log(connection, row.id, walk.passages)
    _ask(connection, held, at)
    done = connection.execute(
        update(RUN)
        .where(RUN.c.id == row.id, RUN.c.version == row.version)
        .values(**now, version=row.version + 1, ended_at=at if is_over else None)
    ).rowcount
    if done != 1:
        raise Stale(f"run {row.id}")
    announce(connection, "run", row.id, at, row.site_id)
    if row.incident_id:
        announce(connection, "incident", row.incident_id, at, row.site_id)
    _stop_nested(connection, held, at)
    walk.passages = []
    if is_over and row.state == "running":
        _ended(connection, held, at)


def cancel_runs(connection: Connection, incident_id: str, by: str, at: datetime, reason: str) -> list[str]:
    """Stop whatever runs for an incident, what those runs started with it; the ids of the runs."""
    mine = (RUN.c.incident_id == incident_id, RUN.c.state == "running", RUN.c.parent_id.is_(None))
    ids = list(connection.execute(select(RUN.c.id).where(*mine).order_by(RUN.c.id)).scalars())
    for run_id in ids:
        held = load(connection, run_id)
        held.walk.cancel(at, by, reason)
        save(connection, held, at)
    return ids


def nested_id(run_id: str, step_run_id: int) -> str:
    """The id of the run that a step starts: the same whenever it is asked."""
    return "run-" + hashlib.sha256(f"{run_id}/{step_run_id}".encode()).hexdigest()[:20]


def depth(connection: Connection, run_id: str | None) -> int:
    """How many runs wait above a run, itself counted."""
    found = 0
    while run_id is not None and found <= MOST_NESTED:
        found += 1
        run_id = connection.execute(select(RUN.c.parent_id).where(RUN.c.id == run_id)).scalar()
    return found


def _scope(incident: Row[Any] | None) -> dict[str, Any]:
    return {name: getattr(incident, name, None) for name in ("county", "unit_id", "site_id")}


def _incident(connection: Connection, incident_id: str | None) -> Row[Any] | None:
    if incident_id is None:
        return None
    row = connection.execute(select(INCIDENT).where(INCIDENT.c.id == incident_id).with_for_update()).one_or_none()
    if row is None:
        raise Unknown(f"incident {incident_id}")
    return row


def _refuse_second(connection: Connection, incident: Row[Any], playbook_id: str) -> None:
    if incident.state in AT_REST:
        raise IllegalMove(f"incident {incident.id}", incident.state, "the reason of a run")
    same = (RUN.c.incident_id == incident.id, RUN.c.playbook_id == playbook_id, RUN.c.state == "running")
    if connection.execute(select(RUN.c.id).where(*same, RUN.c.parent_id.is_(None))).first() is not None:
        raise IllegalMove(
            f"the playbook on incident {incident.id}",
            "running",
            "started again",
            "该预案已在本事件上执行，不能重复启动",
        )


def _execution(row: Row[Any], keys: Mapping[int, Key]) -> Execution:
    values = {name: getattr(row, name) for name in _KEPT}
    parent = keys[row.parent_id] if row.parent_id is not None else None
    return Execution(step=row.step, visit=row.visit, parent=parent, values=dict(row.values), **values)


def _write(connection: Connection, held: Held, one: Execution) -> None:
    values = {name: getattr(one, name) for name in _KEPT} | {"values": one.values}
    number = held.numbers.get(one.key)
    if number is not None:
        connection.execute(update(STEP_RUN).where(STEP_RUN.c.id == number).values(**values))
    else:
        parent = held.numbers[one.parent] if one.parent else None
        place = {"run_id": held.row.id, "step": one.step, "visit": one.visit, "parent_id": parent}
        made = insert(STEP_RUN).values(**place, **values).returning(STEP_RUN.c.id)
        held.numbers[one.key] = int(connection.execute(made).scalar_one())


def _log(connection: Connection, run_id: str, passages: list[Passage]) -> None:
    for one in passages:
        connection.execute(
            insert(STEP_LOG).values(
                run_id=run_id,
                step=one.step,
                visit=one.visit,
                at=one.at,
                state_from=one.state_from,
                state_to=one.state_to,
                by=one.by,
                note=one.note,
            )
        )


def _ask(connection: Connection, held: Held, at: datetime) -> None:
    """Tell people of steps that wait for them now, and call off what waits no more."""
    touched = dict.fromkeys(
        (one.step, one.visit) for one in held.walk.passages if "waiting" in (one.state_from, one.state_to)
    )
    for key in touched:
        one, number = held.walk.get(*key), held.numbers[key]
        if one is not None and one.state == "waiting" and held.walk.state == "running":
            ask_people(connection, held.row, held.walk.step_of(one), number, one.due, at)
        else:
            ask_no_more(connection, number)


def _stop_nested(connection: Connection, held: Held, at: datetime) -> None:
    """Runs that a step started end with it."""
    for one in held.walk.passages:
        if one.state_from == "nested" and one.state_to in ("failed", "cancelled"):
            inner = nested_id(held.row.id, held.numbers[(one.step, one.visit)])
            if connection.execute(select(RUN.c.id).where(RUN.c.id == inner, RUN.c.state == "running")).first():
                child = load(connection, inner)
                child.walk.cancel(at, one.by, "the step that started it is over")
                save(connection, child, at)


def _ended(connection: Connection, held: Held, at: datetime) -> None:
    """Tell the timeline, or the step of another run that waits for this one."""
    row, walk = held.row, held.walk
    if row.parent_id is None:
        if row.incident_id:
            zh = {"succeeded": "完成", "failed": "未完成", "cancelled": "已中止"}[walk.state]
            why = (f"：{walk.failure}", f": {walk.failure}") if walk.failure else ("", "")
            words = Words(f"预案{zh}：{row.name}{why[0]}", f"Playbook {walk.state}: {row.name_en}{why[1]}")
            enter(connection, row.incident_id, "run", f"run:{row.id}:ended", at, at, words, "clerk")
        return
    outer = load(connection, row.parent_id)
    one = outer.numbered(row.parent_step)
    if one is None or one.state in OVER:
        return
    wanted = outer.walk.step_of(one).out_args
    values = {name: walk.variables[name] for name in wanted if name in walk.variables}
    outer.walk.finish(one, walk.state == "succeeded", at, "clerk", walk.failure or "", values)
    save(connection, outer, at)
