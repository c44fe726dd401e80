"""The ways through a playbook."""

from __future__ import annotations

from console.response.cacao.graph import body, circle, reachable
from tests.console.playbooks import book, end, manual, playbook, step, variable


def test_the_exception_step_is_reached_too() -> None:
    document = book({"a": manual("e"), "e": end(), "x": end(), "lost": end()}, workflow_exception="x")

    assert reachable(playbook(document)) == {"start", "a", "e", "x"}


def test_a_body_ends_where_the_loop_goes_on() -> None:
    steps = {
        "w": step("while-condition", "z", condition="__f__", on_true="b"),
        "b": manual("c"),
        "c": end(),
        "z": end(),
    }
    found = playbook(book(steps, {"__f__": variable()}))

    assert body(found.steps, found.steps["w"]) == {"b", "c"}


def test_a_way_of_hundreds_of_steps_needs_no_recursion() -> None:
    steps = {f"s{number}": manual(f"s{number + 1}") for number in range(450)} | {"s450": manual("s449")}

    way = circle(playbook(book(steps)))

    assert way[0] == way[-1]
    assert set(way) == {"s449", "s450"}
