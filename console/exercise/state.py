"""Which exercise runs now, if one does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select, update

from analytics.lifecycle import Unfit
from console.exercise.tables import EXERCISE

# A row of its own belongs to the exercise that runs now; one that follows from another row belongs to that row's.
NOW: Final = -1


@dataclass(frozen=True, slots=True)
class Exercise:
    """A running exercise."""

    id: int
    name: str
    started_at: datetime
    started_by: str


def current(connection: Connection) -> Exercise | None:
    """The exercise that runs, or None. Ask inside the transaction that makes what may be part of it."""
    row = connection.execute(select(EXERCISE).where(EXERCISE.c.ended_at.is_(None)).limit(1)).one_or_none()
    return Exercise(row.id, row.name, row.started_at, row.started_by) if row else None


def current_id(connection: Connection) -> int | None:
    """The number that rows made now carry as their `exercise_id`."""
    running = current(connection)
    return running.id if running else None


def belongs(connection: Connection, exercise_id: int | None) -> int | None:
    """The exercise of a new row: what it takes from the row it follows, or the one that runs for `NOW`."""
    return current_id(connection) if exercise_id == NOW else exercise_id


def start(connection: Connection, name: str, by: str, at: datetime) -> int:
    """Begin an exercise. ValueError when one runs or the name says nothing."""
    if len(name.strip()) < 2:
        raise Unfit("请填写演练名称，至少两个字", "an exercise needs a name of at least two characters")
    running = current(connection)
    if running:
        raise Unfit(
            f"演练“{running.name}”还在进行，请先结束", f"the exercise {running.name!r} still runs; end it first"
        )
    made = insert(EXERCISE).values(name=name.strip(), started_at=at, started_by=by).returning(EXERCISE.c.id)
    return int(connection.execute(made).scalar_one())


def end(connection: Connection, by: str, at: datetime) -> Exercise:
    """End the exercise that runs. ValueError when none does."""
    running = current(connection)
    if running is None:
        raise Unfit("现在没有演练", "no exercise runs")
    connection.execute(update(EXERCISE).where(EXERCISE.c.id == running.id).values(ended_at=at, ended_by=by))
    return running
