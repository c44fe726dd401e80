"""What the pages and the API show of playbooks and their runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from console.accounts.viewer import Viewer
from console.response.cacao.document import Playbook, Step
from console.response.cacao.extension import Approval, StepTerms, book_terms, step_terms
from console.response.cacao.importing import BY_HAND, way_of
from console.response.cacao.variables import fill, plain
from console.response.shelf import playbook_of
from console.response.tables import APPROVAL, RUN, STEP_LOG, STEP_RUN
from console.web.scope import condition, in_scope

PAGE: Final = 50
# Whose manual steps a role may also do.
COVERS: Final[Mapping[str, frozenset[str]]] = {
    "analyst": frozenset({"analyst", "lead", "county"}),
    "county": frozenset({"county", "analyst", "lead"}),
    "lead": frozenset({"lead"}),
}
# Who gives the voice of a role in an approval.
DECIDES: Final[Mapping[str, frozenset[str]]] = {
    "lead": frozenset({"lead", "commander"}),
    "commander": frozenset({"commander"}),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that a person gives back: its variable, its meaning, its type."""

    name: str
    zh: str
    en: str
    type: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One step execution as people see it."""

    row: Row[Any]
    name: str
    name_en: str
    text: str
    text_en: str
    warning: str
    # the agent's name, as the playbook has it
    agent: str = ""
    asks: tuple[Asked, ...] = ()
    approval: Approval | None = None
    voices: Sequence[Row[Any]] = ()
    # The people's part: whether this viewer may finish or decide it now.
    mine: bool = False

    @property
    def urgency(self) -> tuple[bool, bool, datetime]:
        """What this viewer can do stands first, then what ends first."""
        return not self.mine, self.row.due is None, self.row.due or self.row.started_at


@dataclass(frozen=True, slots=True)
class Story:
    """A run with everything its page tells."""

    row: Row[Any]
    playbook: Playbook
    steps: Sequence[Shown]
    log: Sequence[Row[Any]] = ()
    nested: Sequence[Row[Any]] = field(default_factory=tuple)

    @property
    def waiting(self) -> list[Shown]:
        """What waits for people, the most urgent for this viewer first."""
        return sorted((one for one in self.steps if one.row.state == "waiting"), key=lambda one: one.urgency)


def may_do(who: Viewer, role: str | None, approval: Approval | None) -> bool:
    """Whether a viewer's roles let them finish a manual step or decide an approval."""
    if approval is not None:
        return who.may("response.decide") and bool(DECIDES.get(approval.role, frozenset()) & who.roles)
    return who.may("response.work") and (role is None or bool(COVERS.get(role, frozenset()) & who.roles))


def runs(
    connection: Connection, who: Viewer, state: str = "", before: str = ""
) -> tuple[Sequence[Row[Any]], str | None]:
    """A page of runs, newest first, without those that another run started; and where the next page begins."""
    statement = select(RUN).where(RUN.c.parent_id.is_(None))
    if state:
        statement = statement.where(RUN.c.state == state)
    if before:
        began = select(RUN.c.started_at).where(RUN.c.id == before).scalar_subquery()
        statement = statement.where(
            (RUN.c.started_at < began) | ((RUN.c.started_at == began) & (RUN.c.id < before)),
        )
    ordered = in_scope(statement, RUN, who).order_by(RUN.c.started_at.desc(), RUN.c.id.desc())
    rows = connection.execute(ordered.limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def one_run(connection: Connection, who: Viewer, run_id: str) -> Row[Any] | None:
    """A run this viewer may see."""
    return connection.execute(in_scope(select(RUN).where(RUN.c.id == run_id), RUN, who)).one_or_none()


def running_on(connection: Connection, who: Viewer, incident_id: str) -> Sequence[Row[Any]]:
    """The runs that go on for an incident, those that others started too."""
    wanted = select(RUN).where(RUN.c.incident_id == incident_id, RUN.c.state == "running")
    return connection.execute(in_scope(wanted, RUN, who).order_by(RUN.c.started_at, RUN.c.id)).all()


def of_incident(connection: Connection, who: Viewer, incident_id: str) -> Sequence[Row[Any]]:
    """Every run of an incident that nobody but a person started, the newest first."""
    wanted = select(RUN).where(RUN.c.incident_id == incident_id, RUN.c.parent_id.is_(None))
    return connection.execute(in_scope(wanted, RUN, who).order_by(RUN.c.started_at.desc(), RUN.c.id)).all()


def story(connection: Connection, who: Viewer, row: Row[Any], with_log: bool = True) -> Story:
    """Steps, voices and log of a run."""
    playbook = playbook_of(connection, row.playbook_id, row.playbook_version)
    rows = connection.execute(select(STEP_RUN).where(STEP_RUN.c.run_id == row.id).order_by(STEP_RUN.c.id)).all()
    voices: dict[int, list[Row[Any]]] = {}
    asked = select(APPROVAL).where(APPROVAL.c.step_run_id.in_([one.id for one in rows]))
    for voice in connection.execute(asked.order_by(APPROVAL.c.id)):
        voices.setdefault(voice.step_run_id, []).append(voice)
    steps = [_shown(who, row, playbook, one, voices.get(one.id, [])) for one in rows if one.step in playbook.steps]
    log: Sequence[Row[Any]] = ()
    if with_log:
        log = connection.execute(
            select(STEP_LOG).where(STEP_LOG.c.run_id == row.id).order_by(STEP_LOG.c.id.desc()).limit(500)
        ).all()
    nested = connection.execute(select(RUN).where(RUN.c.parent_id == row.id).order_by(RUN.c.started_at)).all()
    return Story(row, playbook, steps, log, nested)


def waiting_for_people(connection: Connection, who: Viewer) -> Sequence[Row[Any]]:
    """Steps that wait for people in runs this viewer may see, with their run."""
    wanted = (
        select(STEP_RUN, RUN.c.playbook_id, RUN.c.playbook_version, RUN.c.incident_id, RUN.c.started_by)
        .join(RUN, RUN.c.id == STEP_RUN.c.run_id)
        .where(STEP_RUN.c.state == "waiting", RUN.c.state == "running", condition(RUN, who))
    )
    return connection.execute(wanted.order_by(STEP_RUN.c.due, STEP_RUN.c.id).limit(200)).all()


def document(told: Story) -> dict[str, Any]:
    """A run as JSON values."""
    row = told.row
    return {
        "id": row.id,
        "playbook": {"id": row.playbook_id, "version": row.playbook_version, "name": row.name, "name_en": row.name_en},
        "incident": row.incident_id,
        "state": row.state,
        "failure": row.failure,
        "exercise": row.exercise_id,
        "variables": row.variables,
        "parent": row.parent_id,
        "runs": [one.id for one in told.nested],
        "started_by": row.started_by,
        "started_at": row.started_at.isoformat(),
        "ended_at": _text(row.ended_at),
        "steps": [_step(one) for one in told.steps],
    }


def _step(shown: Shown) -> dict[str, Any]:
    row = shown.row
    asked = shown.approval
    return {
        "id": row.id,
        "step": row.step,
        "visit": row.visit,
        "name": shown.name,
        "name_en": shown.name_en,
        "type": row.type,
        "state": row.state,
        "command": shown.text,
        "role": row.role,
        "slot": row.slot,
        "holder": row.holder,
        "due": _text(row.due),
        "expires": _text(row.expires),
        "asks": [one.name for one in shown.asks],
        "approval": {"role": asked.role, "quorum": asked.quorum} if asked else None,
        "approvals": [{"by": one.login, "approve": one.approve, "reason": one.reason} for one in shown.voices],
        "note": row.note,
        "started_at": row.started_at.isoformat(),
        "ended_at": _text(row.ended_at),
    }


def _shown(who: Viewer, run: Row[Any], playbook: Playbook, row: Row[Any], voices: Sequence[Row[Any]]) -> Shown:
    step = playbook.steps[row.step]
    terms = step_terms(step)
    scope = {**run.variables, **{name: one.value for name, one in step.variables.items()}, **row.values}
    name, text, warning = step.name or step.id, step.description, ""
    if step.commands:
        command = step.commands[min(row.command, len(step.commands) - 1)]
        text = command.text or plain(command.content.get("command_b64")) or text
        warning = command.type if way_of(command) == BY_HAND else ""
    waits = row.state == "waiting"
    heard = any(voice.account_id == who.account_id for voice in voices)
    return Shown(
        row=row,
        name=name,
        name_en=terms.name_en or name,
        text=fill(text, scope),
        text_en=fill(terms.description_en or text, scope),
        warning=warning,
        agent=party.name if (party := playbook.party(step.agent or "")) else "",
        asks=_asks(playbook, step) if waits else (),
        approval=terms.approval,
        voices=voices,
        mine=waits and not heard and may_do(who, row.role, terms.approval) and not _alone(who, run, terms),
    )


def _alone(who: Viewer, run: Row[Any], terms: StepTerms) -> bool:
    """Whoever started a run does not approve it alone."""
    return terms.approval is not None and terms.approval.quorum == 1 and run.started_by == who.login


def _asks(playbook: Playbook, step: Step) -> tuple[Asked, ...]:
    """The values that a step asks a person for."""
    found, english = [], book_terms(playbook).variables_en
    for name in step.out_args:
        variable = step.variables.get(name) or playbook.variables.get(name)
        if variable and not variable.constant:
            zh = variable.description or name.strip("_")
            found.append(Asked(name, zh, english.get(name, zh), variable.type))
    return tuple(found)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
