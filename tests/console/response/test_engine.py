"""Stepping a playbook, as values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.response.cacao.variables import starting
from console.response.engine import MOVES, OVER, Walk
from tests.console.playbooks import book, end, manual, own, playbook, step, variable
from tests.factories import at

FLAG = {"__f__": variable("false", "bool"), "__n__": variable("0", "integer")}
APPROVAL = {"approval": {"role": "lead", "quorum": 1, "deadline": "PT30M", "on_deadline": "reject"}}


def walk(steps: dict[str, Any], **members: Any) -> Walk:
    """A run that has begun."""
    found = playbook(book(steps, FLAG, **members))
    begun = Walk(found, starting(found.variables, {}))
    begun.begin(at(0))
    return begun


def states(found: Walk) -> dict[str, str]:
    return {one.step: one.state for one in found.executions}


def done(found: Walk, step: str, seconds: float = 1, visit: int = 1, success: bool = True, **values: str) -> None:
    one = found.get(step, visit)
    assert one is not None
    kept = {f"__{name}__": value for name, value in values.items()}
    if success:
        found.commanded(one, at(seconds), "somebody", values=kept)
    else:
        found.finish(one, False, at(seconds), "somebody", "said no")


def test_a_run_goes_from_start_to_end() -> None:
    found = walk({"a": manual("e"), "e": end()})
    assert states(found) == {"start": "done", "a": "waiting"}

    done(found, "a")

    assert found.state == "succeeded"
    assert states(found) == {"start": "done", "a": "done", "e": "done"}


def test_parallel_branches_join_when_the_last_is_over() -> None:
    steps = {
        "p": step("parallel", "z", next_steps=["a", "b"]),
        "a": manual("x"),
        "x": end(),
        "b": manual("y"),
        "y": end(),
    }
    found = walk({**steps, "z": manual("e"), "e": end()})

    done(found, "b")
    assert "z" not in states(found)
    done(found, "a")

    assert states(found)["z"] == "waiting"


def test_a_failed_branch_waits_for_the_others_and_fails_the_whole() -> None:
    steps = {"p": step("parallel", on_success="e", on_failure="z", next_steps=["a", "b"]), "a": manual("x"), "x": end()}
    found = walk({**steps, "b": manual("x"), "e": end(), "z": manual("e")})

    done(found, "a", success=False)
    assert states(found)["p"] == "open"
    done(found, "b")

    assert (states(found)["p"], states(found)["z"]) == ("failed", "waiting")


def test_a_branch_that_leads_to_the_join_itself_joins_once() -> None:
    steps = {"p": step("parallel", "z", next_steps=["a", "b"]), "a": manual("z"), "b": manual("z"), "z": manual("e")}
    found = walk({**steps, "e": end()})

    done(found, "a")
    done(found, "b")

    assert [one.step for one in found.executions].count("z") == 1


@pytest.mark.parametrize(("value", "goes"), [("true", "a"), ("false", "b")])
def test_an_if_takes_its_branch_and_goes_on_after_it(value: str, goes: str) -> None:
    steps = {
        "m": manual("i", out_args=["__f__"]),
        "i": step("if-condition", "z", condition="__f__:value = 'true'", on_true="a", on_false="b"),
        "a": manual("x"),
        "b": manual("x"),
        "x": end(),
        "z": end(),
    }
    found = walk(steps)
    done(found, "m", f=value)

    assert states(found)[goes] == "waiting"
    done(found, goes)
    assert found.state == "succeeded"


@pytest.mark.parametrize(("value", "goes"), [("one", "a"), ("other", "b")])
def test_a_switch_takes_the_case_or_the_default(value: str, goes: str) -> None:
    steps = {
        "m": manual("s", out_args=["__f__"]),
        "s": step("switch-condition", "z", switch="__f__:value", cases={"one": "a", "default": "b"}),
        "a": manual("x"),
        "b": manual("x"),
        "x": end(),
        "z": end(),
    }
    found = walk(steps)
    done(found, "m", f=value)

    assert states(found)[goes] == "waiting"


def test_a_while_goes_round_until_its_condition_falls() -> None:
    loop = step("while-condition", "e", condition="__f__:value != 'true'", on_true="a")
    found = walk({"w": loop, "a": manual("x", out_args=["__f__"]), "x": end(), "e": end()})

    done(found, "a", f="false")
    assert found.get("a", 2) is not None
    done(found, "a", visit=2, f="true")

    assert found.state == "succeeded"


def test_a_while_is_bounded() -> None:
    loop = step("while-condition", "e", {"most_rounds": 2}, condition="__f__:value = 'false'", on_true="a")
    found = walk({"w": loop, "a": manual("x", out_args=["__f__"]), "x": end(), "e": end()})

    done(found, "a")
    done(found, "a", visit=2)

    assert found.state == "failed"
    assert found.failure is not None
    assert "still true after 2 rounds" in found.failure


def test_a_delay_and_a_timeout_wait_for_their_moments() -> None:
    found = walk({"a": manual("e", delay=60_000, timeout=30_000), "e": end()}, workflow_exception="e")
    assert found.wake_at() == at(60)

    found.tick(at(59))
    assert states(found)["a"] == "delayed"
    found.tick(at(60))
    assert (states(found)["a"], found.wake_at()) == ("waiting", at(90))
    found.tick(at(90))

    assert (states(found)["a"], found.state) == ("failed", "failed")


def test_a_failure_that_nobody_handles_goes_to_the_exception_step_and_cancels_what_is_open() -> None:
    steps = {
        "p": step("parallel", "e", next_steps=["a", "b"], timeout=5000),
        "a": manual("x"),
        "b": manual("x"),
        "x": end(),
    }
    found = walk({**steps, "e": end(), "ex": manual("e")}, workflow_exception="ex")

    found.tick(at(5))
    assert states(found) | {"p": "failed"} == states(found)
    assert (states(found)["a"], states(found)["b"], states(found)["ex"]) == ("cancelled", "cancelled", "waiting")
    done(found, "ex", 6)

    assert found.state == "failed"


@pytest.mark.parametrize(("default", "state"), [("approve", "succeeded"), ("reject", "failed")])
def test_an_approval_that_nobody_gives_falls_to_its_default(default: str, state: str) -> None:
    terms = {"approval": APPROVAL["approval"] | {"on_deadline": default}}
    found = walk({"a": manual("e", terms), "e": end()})
    assert found.wake_at() == at(1800)

    found.tick(at(1800))

    assert found.state == state


def test_commands_of_a_step_are_done_in_order() -> None:
    commands = [{"type": "manual", "command": "one"}, {"type": "x-retest"}, {"type": "bash", "command": "two"}]
    found = walk({"a": manual("e", commands=commands), "e": end()})

    done(found, "a")
    assert [one.step for one in found.ready()] == ["a"]
    done(found, "a")
    assert states(found)["a"] == "waiting"
    done(found, "a")

    assert found.state == "succeeded"


def test_a_value_goes_to_the_step_that_declares_it_else_to_the_playbook() -> None:
    own_too = {"__f__": variable("x")}
    found = walk({"a": manual("b", step_variables=own_too, out_args=["__f__", "__n__"]), "b": manual("e"), "e": end()})

    done(found, "a", f="mine", n="4", foreign="no")

    first = found.get("a", 1)
    assert first is not None
    assert (first.values, found.variables) == ({"__f__": "mine"}, {"__f__": "false", "__n__": "4"})


def test_a_lost_call_is_free_again_when_its_lease_ends() -> None:
    found = walk({"a": own("retest", "e"), "e": end()})
    one = found.ready()[0]
    found.call(one, at(0), timedelta(seconds=60))
    assert (found.ready(), found.wake_at()) == ([], at(60))

    found.tick(at(60))

    assert found.ready() == [one]
    assert one.attempts == 1


def test_a_playbook_that_would_never_stop_is_stopped() -> None:
    loop = step("while-condition", "e", {"most_rounds": 1000}, condition="__f__:value = 'false'", on_true="s")
    inner = {"s": step("if-condition", "x", condition="__n__:value = 0", on_true="y"), "x": end(), "y": end()}
    found = walk({"w": loop, **inner, "e": end()})

    assert found.state == "failed"
    assert len(found.executions) <= 2000


def test_what_is_over_stays_as_it_is() -> None:
    found = walk({"a": manual("e"), "e": end()})
    one = found.get("a", 1)
    assert one is not None
    done(found, "a")
    before = len(found.passages)

    found.finish(one, False, at(9), "late")

    assert (one.state, found.state, len(found.passages)) == ("done", "succeeded", before)
    assert OVER.isdisjoint(MOVES)


def test_a_cancelled_run_leaves_nothing_open() -> None:
    found = walk({"a": manual("e"), "e": end()})

    found.cancel(at(1), "lead", "not needed")

    assert (found.state, states(found)["a"], found.wake_at()) == ("cancelled", "cancelled", None)
