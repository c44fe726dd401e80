"""Telling those who can do a step that it waits for them: one message each for a step, and none that came too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, update

from console.calendar.working_time import SHANGHAI
from console.notify.tables import DELIVERY
from console.notify.tell import Message, tell
from console.notify.wording import worded
from console.response.cacao.document import Step
from console.response.cacao.extension import step_terms
from console.response.people import Person, holders
from console.response.run_queries import COVERS, DECIDES

KIND: Final = "step"


def ask_people(
    connection: Connection, run: Row[Any], step: Step, number: int, due: datetime | None, at: datetime
) -> int:
    """Queue a message to everybody who may finish or decide this step of the run; how many. A step of no role tells
    nobody: it stands on everybody's workbench."""
    terms = step_terms(step)
    subject, text = worded(
        "approval" if terms.approval else "step",
        step=step.name or step.id,
        playbook=str(run.name),
        incident=str(run.incident_id or "—"),
        due=due.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if due else "—",
    )
    ref = f"incident {run.incident_id}" if run.incident_id else f"run {run.id}"
    count = 0
    for person in _people(connection, run, step):
        key = f"{_start(number)}{person.account}"
        message = Message(key, KIND, person.recipient(), subject, text, ref, urgent=terms.approval is not None)
        tell(connection, message, at, run.exercise_id)
        count += 1
    return count


def ask_no_more(connection: Connection, number: int) -> None:
    """The step waits no more: what did not go out is not wanted."""
    mine = (DELIVERY.c.key.startswith(_start(number), autoescape=True), DELIVERY.c.state == "waiting")
    connection.execute(update(DELIVERY).where(*mine).values(state="void"))


def _people(connection: Connection, run: Row[Any], step: Step) -> Iterator[Person]:
    terms = step_terms(step)
    if terms.approval:
        roles = DECIDES.get(terms.approval.role, frozenset())
    else:
        roles = COVERS.get(terms.role or "", frozenset())
    # Whoever started the run does not approve it alone, so there is nothing to ask them.
    alone = terms.approval is not None and terms.approval.quorum == 1
    for person in holders(connection, sorted(roles), run.county):
        if not (alone and person.account == run.started_by):
            yield person


def _start(number: int) -> str:
    return f"step:{number}:"
