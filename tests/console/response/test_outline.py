"""A playbook as an indented list."""

from __future__ import annotations

from console.response import shelf
from console.response.outline import outline
from tests.console.playbooks import book, end, manual, playbook, step, variable


def test_branches_stand_under_their_step_and_what_follows_beside_it() -> None:
    steps = {
        "i": step("if-condition", "z", condition="__f__", on_true="a", on_false="b"),
        "a": manual("x"),
        "x": end(),
        "b": manual("y"),
        "y": end(),
        "z": end(),
    }

    lines = outline(playbook(book(steps, {"__f__": variable()})))

    assert [(line.step.id, line.depth, line.way) for line in lines] == [
        ("start", 0, ""),
        ("i", 0, ""),
        ("a", 1, "true"),
        ("x", 1, ""),
        ("b", 1, "false"),
        ("y", 1, ""),
        ("z", 0, ""),
    ]


def test_a_step_that_stands_already_is_pointed_to() -> None:
    steps = {"a": manual(None, on_success="b", on_failure="c"), "b": manual("d"), "c": manual("d"), "d": manual("e")}

    lines = outline(playbook(book({**steps, "e": end()})))

    assert [(line.step.id, line.again) for line in lines if line.step.id == "d"] == [("d", True), ("d", False)]


def test_every_step_of_every_shipped_playbook_is_shown() -> None:
    for found in shelf.shipped().values():
        assert {line.step.id for line in outline(found.playbook)} == set(found.playbook.steps)
