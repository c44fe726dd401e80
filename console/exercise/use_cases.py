"""Beginning and ending an exercise, each one transaction and one entry in the audit chain."""

from __future__ import annotations

from sqlalchemy import Connection, select

from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.exercise import state
from console.exercise.queries import Held, made_during
from console.exercise.tables import EXERCISE
from console.web.desk import Desk


def begin(here: Desk, who: Viewer, name: str) -> Held:
    """Begin an exercise: all that is made from now on is marked as one. ValueError when one runs already."""
    now = here.clock()
    with here.engine.begin() as connection:
        number = state.start(connection, name, who.login, now)
        detail = {"name": name.strip(), "id": number}
        record(connection, at=now, actor=who.login, action="exercise.start", object="exercise", detail=detail)
        return _held(connection, number)


def finish(here: Desk, who: Viewer) -> Held:
    """End the exercise that runs, and say what was made during it. ValueError when none runs."""
    now = here.clock()
    with here.engine.begin() as connection:
        ended = state.end(connection, who.login, now)
        held = _held(connection, ended.id)
        detail = {"name": ended.name, "id": ended.id, "made": held.made}
        record(connection, at=now, actor=who.login, action="exercise.end", object="exercise", detail=detail)
        return held


def _held(connection: Connection, number: int) -> Held:
    row = connection.execute(select(EXERCISE).where(EXERCISE.c.id == number)).one()
    return Held(row, made_during(connection, number))
