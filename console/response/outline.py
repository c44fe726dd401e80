"""A playbook as an indented list: what follows what, and under which condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from console.response.cacao.document import Playbook, Step
from console.response.cacao.extension import step_terms
from console.response.cacao.graph import reached

DEEPEST: Final = 8
SUCCESS: Final = "success"
FAILURE: Final = "failure"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a step at a depth; `way` says how one comes there. `again`: it stands further up already."""

    step: Step
    name_en: str
    depth: int
    way: str = ""
    again: bool = False


def outline(playbook: Playbook) -> list[Line]:
    """Every step that a run may come to, in the order of reading."""
    seen: set[str] = set()
    found = list(_from(playbook, playbook.start, 0, "", seen, frozenset()))
    if playbook.exception:
        found += _from(playbook, playbook.exception, 0, "exception", seen, frozenset())
    return found


def _from(
    playbook: Playbook, start: str, depth: int, way: str, seen: set[str], later: frozenset[str]
) -> Iterator[Line]:
    """A way from its start; what stands `later` anyway is only pointed to."""
    name: str | None = start
    while name:
        step = playbook.steps.get(name)
        if step is None:
            return
        if step.id in seen or step.id in later:
            if step.type != "end":
                yield Line(step, _english(step), depth, way, again=True)
            return
        seen.add(step.id)
        yield Line(step, _english(step), depth, way)
        joins = {*step.onward(), step.id}
        onward = step.on_success or step.on_completion
        after = later | reached(playbook.steps, (onward,))
        for label, branch in _branches(step):
            if branch not in joins and depth < DEEPEST:
                yield from _from(playbook, branch, depth + 1, label, seen, after)
        if step.on_failure and step.on_failure != onward and depth < DEEPEST:
            yield from _from(playbook, step.on_failure, depth + 1, FAILURE, seen, after)
        way = SUCCESS if step.on_success and step.on_failure != onward else ""
        name = onward


def _branches(step: Step) -> list[tuple[str, str]]:
    found = [("true", step.on_true), ("false", step.on_false)]
    found += [(f"= {value}", target) for value, target in step.cases.items()]
    found += [(f"#{number}", target) for number, target in enumerate(step.next_steps, 1)]
    return [(label, target) for label, target in found if target]


def _english(step: Step) -> str:
    try:
        return step_terms(step).name_en or step.name or step.id
    except ValueError:
        return step.name or step.id
