"""Walking a playbook without doing anything: what would be asked, sent, drafted, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from analytics.grading.tables import Words
from console.response.cacao.document import Playbook
from console.response.cacao.extension import own_command, step_terms
from console.response.cacao.importing import BY_HAND, CALL, way_of
from console.response.cacao.variables import accepted, filled, plain, starting
from console.response.engine import ENGINE, Execution, Walk

MOST_LINES: Final = 2000
MOST_NESTED: Final = 5
_STATES: Final = {
    "open": ("进入分支", "branches"),
    "ready": ("再次判断", "again"),
    "done": ("完成", "done"),
    "failed": ("未完成", "failed"),
}
_ACTS: Final = {
    "notify": "通知",
    "ticket": "起草通报",
    "report-up": "起草上报",
    "retest": "安排复测",
    "block-request": "请求封禁",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened in the walk: after how long, at which step, and what."""

    after: timedelta
    depth: int
    step: str
    name: str
    type: str
    did: Words


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How the walk ended, and everything on the way."""

    state: str
    failure: str | None
    lines: Sequence[Line]
    variables: Mapping[str, Any]


class _Stage:
    """The answers that are left, the moment, and what was done so far."""

    def __init__(
        self, answers: Mapping[str, Sequence[str]], at: datetime, find: Callable[[str], Playbook | None]
    ) -> None:
        self.left = {key.strip("_"): list(values) for key, values in answers.items()}
        self.began = self.now = at
        self.find = find
        self.lines: list[Line] = []

    def answer(self, *keys: str) -> str | None:
        """The next answer of one of these names; the last one stays for all later times."""
        for key in keys:
            found = self.left.get(key.strip("_"))
            if found:
                return found.pop(0) if len(found) > 1 else found[0]
        return None

    def tell(self, walk: Walk, one: Execution, depth: int, did: Words) -> None:
        step = walk.step_of(one)
        self.lines.append(Line(self.now - self.began, depth, one.step, step.name or step.id, one.type, did))


def rehearse(
    playbook: Playbook,
    answers: Mapping[str, Sequence[str]],
    at: datetime,
    find: Callable[[str], Playbook | None],
    facts: Mapping[str, Any] | None = None,
) -> Rehearsed:
    """Walk a playbook dry. `answers` are values by variable, and `success`, `failure`, `approve` or `reject` by step.

    Without an answer a manual step succeeds, a bool is true, an approval is given. ValueError for an unsuitable value.
    """
    stage = _Stage(answers, at, find)
    walk = _walk(stage, playbook, facts or {}, 0)
    return Rehearsed(walk.state, walk.failure, stage.lines, walk.variables)


def _walk(stage: _Stage, playbook: Playbook, given: Mapping[str, Any], depth: int) -> Walk:
    walk = Walk(playbook, starting(playbook.variables, given))
    told = 0
    walk.begin(stage.now)
    while walk.state == "running" and len(stage.lines) < MOST_LINES:
        told = _control(stage, walk, depth, told)
        ready = walk.ready()
        waiting = [one for one in walk.executions if one.state == "waiting"]
        if ready:
            _carry(stage, walk, ready[0], depth)
        elif waiting:
            _person(stage, walk, waiting[0], depth)
        else:
            wake = walk.wake_at()
            if wake is None:
                break
            stage.now = max(stage.now, wake)
            walk.tick(stage.now)
    _control(stage, walk, depth, told)
    return walk


def _control(stage: _Stage, walk: Walk, depth: int, told: int) -> int:
    """Tell of the steps that the engine took by itself since the last time."""
    for passage in walk.passages[told:]:
        one = walk.get(passage.step, passage.visit)
        if one is not None and one.type not in ("action", "playbook-action") and passage.state_from is not None:
            zh, en = _STATES.get(passage.state_to, (passage.state_to, passage.state_to))
            stage.tell(walk, one, depth, Words(f"{zh} {passage.note}".strip(), f"{en} {passage.note}".strip()))
    return len(walk.passages)


def _carry(stage: _Stage, walk: Walk, one: Execution, depth: int) -> None:
    step = walk.step_of(one)
    if one.type == "playbook-action":
        _nested(stage, walk, one, depth)
        return
    command = step.commands[one.command]
    content = filled(command.content, walk.scope(one))
    text = plain(content.get("command"))
    if way_of(command) == CALL:
        stage.tell(walk, one, depth, Words(f"将请求：{text}", f"would ask: {text}"))
    else:
        members = {key: value for key, value in content.items() if key not in ("type", "command")}
        said = ", ".join(f"{key}={value}" for key, value in members.items())
        name = own_command(command.type) or command.type
        zh = f"将执行 {_ACTS.get(name, name)}：{said} {text}".rstrip()
        stage.tell(walk, one, depth, Words(zh, f"would {name}: {said} {text}".rstrip()))
    walk.commanded(one, stage.now, ENGINE, "dry", _values(stage, walk, one) if way_of(command) == CALL else {})


def _nested(stage: _Stage, walk: Walk, one: Execution, depth: int) -> None:
    step = walk.step_of(one)
    inner = stage.find(step.playbook_id)
    if inner is None or depth + 1 >= MOST_NESTED:
        zh = f"将运行预案 {step.playbook_id}"
        stage.tell(walk, one, depth, Words(zh, f"would run the playbook {step.playbook_id}"))
        walk.finish(one, inner is None, stage.now, ENGINE, "dry")
        return
    stage.tell(walk, one, depth, Words(f"运行预案“{inner.name}”", f"runs the playbook {inner.name}"))
    scope = walk.scope(one)
    given = {**scope, **{name: scope[name] for name in step.in_args if name in scope}}
    child = _walk(stage, inner, given, depth + 1)
    values = {name: child.variables[name] for name in step.out_args if name in child.variables}
    walk.finish(one, child.state == "succeeded", stage.now, ENGINE, "dry", values)


def _person(stage: _Stage, walk: Walk, one: Execution, depth: int) -> None:
    step = walk.step_of(one)
    terms = step_terms(step)
    said = stage.answer(step.id, step.name, terms.name_en) or ("approve" if terms.approval else "success")
    if terms.approval:
        approved = said == "approve"
        who = f"{terms.approval.quorum} × {terms.approval.role}"
        zh = f"{'批准' if approved else '不批准'}（{who}）"
        stage.tell(walk, one, depth, Words(zh, f"{'approved' if approved else 'refused'} by {who}"))
        if approved:
            walk.commanded(one, stage.now, "dry")
        else:
            walk.finish(one, False, stage.now, "dry", "refused")
        return
    values = _values(stage, walk, one)
    command = step.commands[one.command]
    by_hand = way_of(command) == BY_HAND
    warned = f" [{command.type}, by hand]" if by_hand else ""
    text = plain(filled(command.content, walk.scope(one)).get("command"))
    given = "".join(f" {name}={value}" for name, value in values.items())
    how = f"人工（{command.type} 命令）" if by_hand else "人工"
    zh = f"{how}：{text} → {'未完成' if said == 'failure' else '完成'}{given}"
    stage.tell(walk, one, depth, Words(zh, f"{one.role or 'somebody'}{warned}: {text} → {said}{given}"))
    if said == "failure":
        walk.finish(one, False, stage.now, "dry", "failure")
    else:
        walk.commanded(one, stage.now, "dry", "", values)


def _values(stage: _Stage, walk: Walk, one: Execution) -> dict[str, str]:
    """What is answered for the values a step asks for."""
    step = walk.step_of(one)
    found = {}
    for name in step.out_args:
        variable = step.variables.get(name) or walk.playbook.variables.get(name)
        if variable is None or variable.constant:
            continue
        said = stage.answer(name)
        if said is None and variable.type == "bool":
            said = "true"
        if said is not None:
            found[name] = accepted(variable, said)
    return found
