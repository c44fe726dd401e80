"""Stepping a playbook: what a run does next, as values. No I/O and no clock: moments come in, executions come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from console.response.cacao.condition import ConditionError, holds, parse
from console.response.cacao.document import Playbook, Step
from console.response.cacao.extension import slot_of, step_terms
from console.response.cacao.importing import BY_HAND, MANUAL, way_of
from console.response.cacao.variables import plain

# More than any sound playbook needs; a run past it is stopped.
MOST_EXECUTIONS: Final = 2000
ENGINE: Final = "clerk"
Key = tuple[str, int]

# Lifecycles of a step execution and of a run: what is not written here cannot happen.
MOVES: Final[Mapping[str, frozenset[str]]] = {
    "delayed": frozenset({"ready", "failed", "cancelled"}),
    "ready": frozenset({"waiting", "calling", "nested", "open", "done", "failed", "cancelled"}),
    "waiting": frozenset({"ready", "done", "failed", "cancelled"}),
    "calling": frozenset({"ready", "delayed", "done", "failed", "cancelled"}),
    "nested": frozenset({"done", "failed", "cancelled"}),
    "open": frozenset({"ready", "done", "failed", "cancelled"}),
}
OVER: Final = frozenset({"done", "failed", "cancelled"})
RUN_OVER: Final = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(slots=True)
class Execution:
    """One execution of a step."""

    step: str
    visit: int
    type: str
    parent: Key | None
    state: str
    started_at: datetime
    command: int = 0
    branches: int = 0
    failed_branches: int = 0
    rounds: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    role: str | None = None
    slot: str | None = None
    holder: str | None = None
    due: datetime | None = None
    expires: datetime | None = None
    next_at: datetime | None = None
    attempts: int = 0
    leased_until: datetime | None = None
    note: str | None = None
    done_by: str | None = None
    ended_at: datetime | None = None

    @property
    def key(self) -> Key:
        return self.step, self.visit

    @property
    def is_over(self) -> bool:
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class Passage:
    """One change of a step execution's state."""

    step: str
    visit: int
    at: datetime
    state_from: str | None
    state_to: str
    by: str
    note: str


@dataclass(slots=True)
class Walk:
    """A run on its way through a playbook."""

    playbook: Playbook
    variables: dict[str, Any]
    executions: list[Execution] = field(default_factory=list)
    state: str = "running"
    failure: str | None = None
    passages: list[Passage] = field(default_factory=list)

    def begin(self, at: datetime) -> None:
        """Enter the first step."""
        self._enter(self.playbook.start, None, at)
        self.settle(at)

    def tick(self, at: datetime) -> None:
        """Let time do its part: delays end, deadlines pass, lost calls are free again."""
        for one in list(self.executions):
            if one.is_over or self.state != "running":
                continue
            if one.expires and one.expires <= at:
                self._expired(one, at)
            elif one.state == "delayed" and one.next_at and one.next_at <= at:
                self._move(one, "ready", at, ENGINE)
            elif one.state == "calling" and one.leased_until and one.leased_until <= at:
                self._move(one, "ready", at, ENGINE, "请求中断，重新尝试（the one who asked is gone）")
        self.settle(at)

    def settle(self, at: datetime) -> None:
        """Do everything that needs nobody: control steps, and handing manual steps to people."""
        moved = True
        while moved and self.state == "running":
            moved = False
            for one in [execution for execution in self.executions if execution.state == "ready"]:
                if self.state == "running" and one.state == "ready" and self._control(one, at):
                    moved = True

    def ready(self) -> list[Execution]:
        """Executions whose next command somebody outside has to carry out."""
        return [one for one in self.executions if one.state == "ready"] if self.state == "running" else []

    def get(self, step: str, visit: int) -> Execution | None:
        """An execution by its step and visit."""
        return next((one for one in self.executions if one.key == (step, visit)), None)

    def step_of(self, one: Execution) -> Step:
        """The step an execution is of."""
        return self.playbook.steps[one.step]

    def scope(self, one: Execution) -> dict[str, Any]:
        """The values a step sees: its own over the playbook's."""
        own = {name: variable.value for name, variable in self.step_of(one).variables.items()}
        return {**self.variables, **own, **one.values}

    def commanded(
        self, one: Execution, at: datetime, by: str, note: str = "", values: Mapping[str, Any] | None = None
    ) -> None:
        """A command of an action is done: on to its next one, or the step is over."""
        self._keep(one, values or {})
        if one.command + 1 < len(self.step_of(one).commands):
            one.command += 1
            one.attempts = 0
            if not self._move(one, "ready", at, by, note):
                self.passages.append(Passage(one.step, one.visit, at, one.state, one.state, by, note))
            self.settle(at)
        else:
            self.finish(one, True, at, by, note)

    def finish(
        self,
        one: Execution,
        success: bool,
        at: datetime,
        by: str,
        note: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """An execution is over: take its values, go on, and settle."""
        self._keep(one, values or {})
        self._over(one, success, at, by, note)
        self.settle(at)

    def call(self, one: Execution, at: datetime, lease: timedelta) -> None:
        """Somebody asks another server now, for at most so long."""
        one.attempts += 1
        one.leased_until = at + lease
        self._move(one, "calling", at, ENGINE)

    def retry(self, one: Execution, at: datetime, after: timedelta, note: str) -> None:
        """Try a call again later."""
        one.next_at = at + after
        self._move(one, "delayed", at, ENGINE, note)

    def nest(self, one: Execution, at: datetime, note: str) -> None:
        """Wait for another run."""
        self._move(one, "nested", at, ENGINE, note)

    def cancel(self, at: datetime, by: str, reason: str) -> None:
        """Stop the run where it is."""
        self._cancel_open(None, at, by, reason)
        self.state, self.failure = "cancelled", reason

    def wake_at(self) -> datetime | None:
        """When this run needs the clerk next; None when only a person or another run can carry it on."""
        if self.state != "running":
            return None
        moments = [self._wakes(one) for one in self.executions if not one.is_over]
        return min((moment for moment in moments if moment), default=None)

    def _wakes(self, one: Execution) -> datetime | None:
        if one.state == "ready":
            return one.started_at
        waits = {"delayed": one.next_at, "calling": one.leased_until}.get(one.state)
        return min((moment for moment in (waits, one.expires) if moment), default=None)

    # --- control steps ------------------------------------------------------------------------------------------------

    def _control(self, one: Execution, at: datetime) -> bool:
        """Carry out a step that needs nobody outside; False when it stays ready for somebody."""
        step = self.step_of(one)
        if step.type == "action":
            return self._hand_over(one, step, at)
        if step.type == "playbook-action":
            return False
        try:
            self._branch(one, step, at)
        except ConditionError as why:
            self._over(one, False, at, ENGINE, str(why))
        return True

    def _branch(self, one: Execution, step: Step, at: datetime) -> None:
        if step.type == "parallel":
            self._open(one, list(step.next_steps), at)
        elif step.type == "if-condition":
            chosen = step.on_true if self._holds(one, step) else step.on_false
            self._open(one, [chosen] if chosen else [], at)
        elif step.type == "switch-condition":
            value = plain(self.scope(one).get(step.switch.removesuffix(":value")))
            chosen = step.cases.get(value) or step.cases.get("default")
            self._open(one, [chosen] if chosen else [], at, value)
        elif step.type == "while-condition":
            self._loop(one, step, at)
        else:
            self._over(one, True, at, ENGINE, "")

    def _loop(self, one: Execution, step: Step, at: datetime) -> None:
        if not self._holds(one, step):
            self._over(one, True, at, ENGINE, "")
        elif one.rounds >= step_terms(step).most_rounds:
            self._over(
                one, False, at, ENGINE, f"循环 {one.rounds} 轮后条件仍成立（still true after {one.rounds} rounds）"
            )
        else:
            one.rounds += 1
            self._open(one, [step.on_true] if step.on_true else [], at)

    def _open(self, one: Execution, starts: list[str], at: datetime, note: str = "") -> None:
        if not starts:
            self._over(one, True, at, ENGINE, note)
            return
        one.branches, one.failed_branches = len(starts), 0
        self._move(one, "open", at, ENGINE, note)
        for start in starts:
            if self.state == "running" and one.state == "open":
                self._go(start, one.key, at)

    def _holds(self, one: Execution, step: Step) -> bool:
        return holds(parse(step.condition), self.scope(one))

    def _hand_over(self, one: Execution, step: Step, at: datetime) -> bool:
        if not step.commands:
            self._over(one, True, at, ENGINE, "")
            return True
        if way_of(step.commands[min(one.command, len(step.commands) - 1)]) not in (MANUAL, BY_HAND):
            return False
        self.by_person(one, at)
        return True

    def by_person(self, one: Execution, at: datetime, note: str = "") -> None:
        """Hand a step to people."""
        terms = step_terms(self.step_of(one))
        one.due = one.due or (at + terms.due if terms.due else None)
        if terms.approval:
            one.role = terms.approval.role
            one.expires = at + terms.approval.deadline
            one.due = one.due or one.expires
        self._move(one, "waiting", at, ENGINE, note)

    # --- ways --------------------------------------------------------------------------------------------------------

    def _enter(self, name: str, parent: Key | None, at: datetime) -> None:
        step = self.playbook.steps.get(name)
        if step is None:
            self._branch_over(parent, f"there is no step {name}", at)
            return
        if len(self.executions) >= MOST_EXECUTIONS:
            self._cancel_open(None, at, ENGINE, "")
            self.state, self.failure = (
                "failed",
                f"超过 {MOST_EXECUTIONS} 步，已停止（stopped after {MOST_EXECUTIONS} steps）",
            )
            return
        visit = 1 + sum(one.step == name for one in self.executions)
        one = Execution(name, visit, step.type, parent, "delayed" if step.delay else "ready", at)
        one.next_at = at + timedelta(milliseconds=step.delay) if step.delay else None
        one.expires = at + timedelta(milliseconds=step.delay + step.timeout) if step.timeout else None
        one.role, one.slot = step_terms(step).role, slot_of(self.playbook, step.agent)
        self.executions.append(one)
        self.passages.append(Passage(name, visit, at, None, one.state, ENGINE, ""))

    def _go(self, name: str, parent: Key | None, at: datetime) -> None:
        if name in self._joins(parent):
            self._branch_over(parent, None, at)
        else:
            self._enter(name, parent, at)

    def _joins(self, parent: Key | None) -> set[str]:
        """Steps outside the branch: coming to one of them ends it."""
        found: set[str] = set()
        while parent is not None and (one := self.get(*parent)):
            step = self.step_of(one)
            found.update(step.onward())
            if step.type == "while-condition":
                found.add(step.id)
            parent = one.parent
        return found

    def _over(self, one: Execution, success: bool, at: datetime, by: str, note: str) -> None:
        if not self._move(one, "done" if success else "failed", at, by, note):
            return
        step = self.step_of(one)
        onward = (step.on_success or step.on_completion) if success else step.on_failure
        if onward:
            self._go(onward, one.parent, at)
        else:
            told = f"{step.name or step.id}: {note or '未完成（failed）'}"
            self._branch_over(one.parent, None if success else told, at)

    def _branch_over(self, parent: Key | None, failure: str | None, at: datetime) -> None:
        if parent is None:
            self._path_over(failure, at)
            return
        one = self.get(*parent)
        if one is None or one.state != "open":
            return
        one.branches -= 1
        if failure:
            one.failed_branches += 1
            one.note = failure[:500]
        if one.branches:
            return
        if one.failed_branches:
            self._over(one, False, at, ENGINE, one.note or "")
        elif one.type == "while-condition":
            self._move(one, "ready", at, ENGINE)
        else:
            self._over(one, True, at, ENGINE, "")

    def _path_over(self, failure: str | None, at: datetime) -> None:
        if failure and self.failure is None:
            self.failure = failure[:500]
            self._cancel_open(None, at, ENGINE, "")
            if self.playbook.exception:
                self._enter(self.playbook.exception, None, at)
                return
        self.state = "failed" if self.failure else "succeeded"

    def _expired(self, one: Execution, at: datetime) -> None:
        approval = step_terms(self.step_of(one)).approval
        if one.state == "waiting" and approval:
            self._over(one, approval.approves_on_deadline, at, ENGINE, "到期未决定（no decision before the deadline）")
            return
        self._cancel_open(one.key, at, ENGINE, "超时（timeout）")
        self._over(one, False, at, ENGINE, "超时（timeout）")

    def _cancel_open(self, inside: Key | None, at: datetime, by: str, note: str) -> None:
        """Cancel what is open: everything, or what runs in the branches of one execution."""
        for one in self.executions:
            if not one.is_over and (inside is None or self._is_inside(one, inside)):
                self._move(one, "cancelled", at, by, note)

    def _is_inside(self, one: Execution, outer: Key) -> bool:
        parent = one.parent
        while parent is not None and parent != outer:
            above = self.get(*parent)
            parent = above.parent if above else None
        return parent == outer

    def _move(self, one: Execution, to: str, at: datetime, by: str, note: str = "") -> bool:
        if to not in MOVES.get(one.state, frozenset()):
            return False
        self.passages.append(Passage(one.step, one.visit, at, one.state, to, by, note))
        one.state = to
        one.note = note or one.note
        if to in OVER:
            one.ended_at, one.done_by, one.leased_until = at, by, None
        return True

    def _keep(self, one: Execution, values: Mapping[str, Any]) -> None:
        """Values that a step gives back: into its own variable of that name, or the playbook's."""
        step = self.step_of(one)
        for name, value in values.items():
            if name in step.variables:
                one.values[name] = value
            elif name in self.playbook.variables and not self.playbook.variables[name].constant:
                self.variables[name] = value
