"""The ways through a playbook: what follows what, what is reached, what goes in a circle. Without recursion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.response.cacao.document import Playbook, Step


def following(step: Step) -> list[str]:
    """Every step that may follow, in branches or after."""
    return [*step.branches(), *step.onward()]


def reached(steps: Mapping[str, Step], starts: Iterable[str | None], barred: Iterable[str] = ()) -> set[str]:
    """The steps that are reached from these, not through barred ones."""
    closed = set(barred)
    found: set[str] = set()
    waiting = [start for start in starts if start]
    while waiting:
        name = waiting.pop()
        if name in found or name in closed or name not in steps:
            continue
        found.add(name)
        waiting.extend(following(steps[name]))
    return found


def reachable(playbook: Playbook) -> set[str]:
    """The steps a run may come to."""
    return reached(playbook.steps, (playbook.start, playbook.exception))


def body(steps: Mapping[str, Step], loop: Step) -> set[str]:
    """The steps inside a while: reached from its `on_true` before it is left."""
    return reached(steps, (loop.on_true,), (loop.id, *loop.onward()))


def circle(playbook: Playbook) -> list[str]:
    """A way that leads back to itself other than round a while; empty when there is none."""
    steps = playbook.steps
    loops = {step.id: body(steps, step) for step in steps.values() if step.type == "while-condition"}
    done: set[str] = set()
    for start in steps:
        found = _circle_from(steps, loops, start, done)
        if found:
            return found
    return []


def _circle_from(steps: Mapping[str, Step], loops: Mapping[str, set[str]], start: str, done: set[str]) -> list[str]:
    way: list[str] = []
    on_way: set[str] = set()
    waiting: list[tuple[str, bool]] = [(start, False)]
    while waiting:
        name, leaving = waiting.pop()
        if leaving:
            way.pop()
            on_way.discard(name)
            done.add(name)
            continue
        if name in on_way:
            return [*way[way.index(name) :], name]
        if name in done:
            continue
        way.append(name)
        on_way.add(name)
        waiting.append((name, True))
        waiting.extend(
            (target, False)
            for target in following(steps[name])
            if target in steps and not (target in loops and name in loops[target])
        )
    return []
