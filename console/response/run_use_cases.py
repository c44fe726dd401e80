"""What people do to playbooks and runs: one function, one transaction, one entry in the audit chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from analytics.correlation.records import enter
from analytics.grading.tables import Words
from analytics.lifecycle import IllegalMove, Unfit, Unknown
from console.accounts.guard import ForbiddenError
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.incidents.queries import one as one_incident
from console.response import shelf
from console.response.cacao.extension import Approval, step_terms
from console.response.cacao.variables import accepted
from console.response.engine import Execution
from console.response.run_queries import may_do, one_run
from console.response.runs import Held, load, save, start_run
from console.response.shelf import BadPlaybook, Book
from console.response.tables import APPROVAL
from console.web.desk import Desk

MOST_VALUES: Final = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says when a manual step is over."""

    success: bool
    note: str = ""
    values: Mapping[str, Any] | None = None


def import_playbook(here: Desk, who: Viewer, content: bytes, file: str) -> Book:
    """Put a playbook onto the shelf; a new document of a known id is its next version. BadPlaybook, and audited."""
    at = here.clock()
    try:
        book = shelf.checked(content)
    except BadPlaybook as why:
        with here.engine.begin() as connection:
            detail = {"file": file[:200], "reason": why.words.en, "faults": len(why.faults)}
            record(connection, at=at, actor=who.login, action="playbook.refuse", object="playbook", detail=detail)
        raise
    with here.engine.begin() as connection:
        version = shelf.keep(connection, book, who.login, at)
        detail = {"file": file[:200], "version": version, "sha256": book.sha256}
        record(connection, at=at, actor=who.login, action="playbook.import", object=book.id, detail=detail)
    return book


def start(here: Desk, who: Viewer, incident_id: str, playbook: str) -> str:
    """Start a playbook for an incident; the run's id. Unknown, ValueError, or IllegalMove where it runs already."""
    at = here.clock()
    with here.engine.begin() as connection:
        if one_incident(connection, who, incident_id) is None:
            raise Unknown(f"incident {incident_id}")
        if shelf.find(connection, playbook) is None:
            raise Unfit(
                "没有这个预案，请从预案列表中选择", f"there is no playbook {playbook!r}; /api/v1/playbooks lists them"
            )
        run_id = start_run(connection, playbook, incident_id, who.login, at)
        detail = {"incident": incident_id, "playbook": playbook}
        record(connection, at=at, actor=who.login, action="run.start", object=f"run {run_id}", detail=detail)
    return run_id


def take(here: Desk, who: Viewer, run_id: str, step_run_id: int) -> None:
    """Say that one is at a manual step."""
    at = here.clock()
    with here.engine.begin() as connection:
        held, one = _waiting(connection, who, run_id, step_run_id)
        terms = step_terms(held.walk.step_of(one))
        _allowed(who, one, terms.approval)
        one.holder = who.login
        save(connection, held, at)
        _recorded(connection, at, who, "run.take", run_id, one, {})


def finish(here: Desk, who: Viewer, run_id: str, step_run_id: int, said: Answer) -> None:
    """Finish a manual step with its values. Unknown, IllegalMove, ForbiddenError, or ValueError for a value."""
    at = here.clock()
    with here.engine.begin() as connection:
        held, one = _waiting(connection, who, run_id, step_run_id)
        step = held.walk.step_of(one)
        terms = step_terms(step)
        if terms.approval:
            raise IllegalMove(f"step {step_run_id}", "an approval", "finished; decide it")
        _allowed(who, one, None)
        values = _values(held, one, said.values or {}) if said.success else {}
        note = said.note.strip()[:500]
        if said.success:
            held.walk.commanded(one, at, who.login, note, values)
        else:
            if len(note) < 2:
                raise Unfit(
                    "请写明步骤未能完成的原因，至少两个字", "say in at least two characters why the step failed"
                )
            held.walk.finish(one, False, at, who.login, note)
        detail = {"outcome": "success" if said.success else "failure", "note": note, "values": values}
        _told(connection, held, one, at, who, ("完成", "done") if said.success else ("未能完成", "failed"), note)
        save(connection, held, at)
        _recorded(connection, at, who, "run.finish", run_id, one, detail)


def decide(here: Desk, who: Viewer, run_id: str, step_run_id: int, approve: bool, reason: str) -> None:
    """Give one's voice in an approval, once a person. Unknown, IllegalMove, ForbiddenError, or ValueError."""
    at, why = here.clock(), reason.strip()[:500]
    with here.engine.begin() as connection:
        held, one = _waiting(connection, who, run_id, step_run_id)
        _says_why(why)
        approval = step_terms(held.walk.step_of(one)).approval
        if approval is None:
            raise IllegalMove(f"step {step_run_id}", "a manual step", "decided; finish it")
        _allowed(who, one, approval)
        if approve and approval.quorum == 1 and held.row.started_by == who.login:
            raise IllegalMove(
                f"step {step_run_id}",
                "started by you",
                "approved by you alone; somebody else decides",
                "预案由您启动，不能由您一人批准，须由另一人决定",
            )
        _voice(connection, who, step_run_id, approval, approve, why, at)
        _count(connection, held, one, step_run_id, approval, at, who)
        save(connection, held, at)
        _recorded(connection, at, who, "run.decide", run_id, one, {"approve": approve, "reason": why})


def cancel(here: Desk, who: Viewer, run_id: str, reason: str) -> None:
    """Stop a run where it is."""
    at, why = here.clock(), reason.strip()[:500]
    with here.engine.begin() as connection:
        held = _seen(connection, who, run_id)
        _says_why(why)
        if held.walk.state != "running":
            raise IllegalMove(f"run {run_id}", held.walk.state, "cancelled")
        held.walk.cancel(at, who.login, why)
        save(connection, held, at)
        name = f"run {run_id}"
        record(connection, at=at, actor=who.login, action="run.cancel", object=name, detail={"reason": why})


def _says_why(reason: str) -> None:
    if len(reason) < 2:
        raise Unfit("请写明理由，至少两个字", "say why in at least two characters")


def _seen(connection: Connection, who: Viewer, run_id: str) -> Held:
    if one_run(connection, who, run_id) is None:
        raise Unknown(f"run {run_id}")
    return load(connection, run_id)


def _waiting(connection: Connection, who: Viewer, run_id: str, step_run_id: int) -> tuple[Held, Execution]:
    held = _seen(connection, who, run_id)
    one = held.numbered(step_run_id)
    if one is None:
        raise Unknown(f"step {step_run_id} of run {run_id}")
    if one.state != "waiting" or held.walk.state != "running":
        raise IllegalMove(f"step {step_run_id}", one.state, "done by a person")
    return held, one


def _allowed(who: Viewer, one: Execution, approval: Approval | None) -> None:
    if not may_do(who, one.role, approval):
        raise ForbiddenError(who, f"step for {one.role}")


def _values(held: Held, one: Execution, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a step's out arguments; ValueError for another name or a value of the wrong kind."""
    if len(given) > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES} values")
    step = held.walk.step_of(one)
    found = {}
    for name, value in given.items():
        variable = step.variables.get(name) or held.walk.playbook.variables.get(name)
        if name not in step.out_args or variable is None:
            raise ValueError(f"the step asks for no {name[:60]!r}; it asks for {', '.join(step.out_args) or 'nothing'}")
        found[name] = accepted(variable, value)
    return found


def _voice(
    connection: Connection, who: Viewer, step_run_id: int, approval: Approval, approve: bool, why: str, at: datetime
) -> None:
    """One voice a person: a second one, by whatever role or way, is refused by the records themselves."""
    row = {"step_run_id": step_run_id, "account_id": who.account_id, "login": who.login, "role": approval.role}
    try:
        with connection.begin_nested():
            connection.execute(insert(APPROVAL).values(**row, approve=approve, reason=why, at=at))
    except IntegrityError as error:
        raise IllegalMove(
            f"step {step_run_id}", "decided by you", "decided by you again", "您已表过态，每人只能表态一次"
        ) from error


def _count(
    connection: Connection,
    held: Held,
    one: Execution,
    step_run_id: int,
    approval: Approval,
    at: datetime,
    who: Viewer,
) -> None:
    voices = connection.execute(select(APPROVAL).where(APPROVAL.c.step_run_id == step_run_id)).all()
    against = [voice for voice in voices if not voice.approve]
    others = {voice.account_id for voice in voices if voice.login != held.row.started_by}
    if against:
        note = f"{against[0].login}: {against[0].reason}"
        _told(connection, held, one, at, who, ("未批准", "refused"), against[0].reason)
        held.walk.finish(one, False, at, who.login, note)
    elif len({voice.account_id for voice in voices}) >= approval.quorum and others:
        names = "、".join(voice.login for voice in voices)
        _told(connection, held, one, at, who, ("批准", "approved"), voices[-1].reason)
        held.walk.commanded(one, at, who.login, names)


def _told(
    connection: Connection,
    held: Held,
    one: Execution,
    at: datetime,
    who: Viewer,
    did: tuple[str, str],
    note: str,
) -> None:
    """A line in the incident's timeline."""
    if held.row.incident_id is None:
        return
    step = held.walk.step_of(one)
    named = step_terms(step).name_en or step.name
    tail = (f"：{note}", f": {note}") if note else ("", "")
    words = Words(f"{did[0]}“{step.name}”{tail[0]}", f"{named} {did[1]}{tail[1]}")
    ref = f"run:{held.row.id}:{held.numbers[one.key]}:{one.command}"
    enter(connection, held.row.incident_id, "run", ref, at, at, words, who.login)


def _recorded(
    connection: Connection,
    at: datetime,
    who: Viewer,
    action: str,
    run_id: str,
    one: Execution,
    detail: Mapping[str, Any],
) -> None:
    told = {"step": one.step, "visit": one.visit, **detail}
    record(connection, at=at, actor=who.login, action=action, object=f"run {run_id}", detail=told)
