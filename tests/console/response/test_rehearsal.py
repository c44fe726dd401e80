"""Walking a playbook without doing anything."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from console.response import shelf
from console.response.cacao.fault import errors
from console.response.cacao.lint import lint
from console.response.cacao.reading import read_document
from console.response.rehearsal import Rehearsed, rehearse
from tests.console.playbooks import book, end, manual, own, playbook, step, variable
from tests.factories import NOON

BOOKS = {found.id: found.playbook for found in shelf.shipped().values()}


def walked(alias: str, **answers: str) -> Rehearsed:
    given = {name.replace("_", "-") if name == "x" else name: value.split(",") for name, value in answers.items()}
    return rehearse(shelf.shipped()[alias].playbook, given, NOON, BOOKS.get)


@pytest.mark.parametrize("alias", sorted(shelf.shipped()))
def test_every_shipped_playbook_ends_well_whatever_people_say(alias: str) -> None:
    choices = {
        "confirmed": ("true", "false"),
        "clean": ("true", "false,true"),
        "批准下线": ("approve", "reject"),
        "批准隔离": ("approve", "reject"),
        "决定是否上报": ("approve", "reject"),
    }
    for said in itertools.product(*choices.values()):
        assert walked(alias, **dict(zip(choices, said, strict=True))).state == "succeeded"


@pytest.mark.parametrize("cause", ["attack", "network", "server", "planned", "unknown"])
def test_a_site_down_is_handled_by_cause(cause: str) -> None:
    found = walked("site-down", cause=cause, back="false,true", hours="3")

    assert found.state == "succeeded"
    assert any("请求封禁来源" in line.name for line in found.lines) is (cause == "attack")
    assert any("would report-up" in line.did.en for line in found.lines)


def test_a_delay_passes_in_no_time_but_is_counted() -> None:
    found = rehearse(playbook(book({"a": manual("e", delay=60_000), "e": end()})), {}, NOON, {}.get)

    assert found.lines[-1].after.total_seconds() == 60


def test_what_would_be_asked_and_drafted_is_told_with_its_values() -> None:
    steps = {
        "h": manual("t", commands=[{"type": "http-api", "command": "GET /__x__:value HTTP/1.1"}]),
        "t": own("ticket", "n", command={"kind": "order"}),
        "n": step("playbook-action", "e", playbook_id="playbook--elsewhere"),
        "e": end(),
    }
    found = rehearse(playbook(book(steps, {"__x__": variable("state")})), {}, NOON, {}.get)

    told = [line.did.en for line in found.lines]
    assert "would ask: GET /state HTTP/1.1" in told
    assert "would ticket: kind=order text" in told
    assert "would run the playbook playbook--elsewhere" in told


def test_a_playbook_that_runs_itself_comes_to_an_end() -> None:
    itself = playbook(book({"n": step("playbook-action", "e", playbook_id="me"), "e": end()}))

    assert rehearse(itself, {}, NOON, lambda _: itself).state == "failed"


def test_an_answer_that_does_not_suit_is_refused() -> None:
    steps = {"a": manual("e", out_args=["__f__"]), "e": end()}

    with pytest.raises(ValueError, match="must be of type bool"):
        rehearse(playbook(book(steps, {"__f__": variable("", "bool")})), {"f": ["perhaps"]}, NOON, {}.get)


CONDITIONS = st.sampled_from(["__f__:value = 'true'", "__f__:value != 'true'", "NOT __f__"])


@st.composite
def workflows(draw: st.DrawFn) -> dict[str, Any]:
    """Steps that lead to later ones, with a wrong turn now and then."""
    names = [f"s{number}" for number in range(draw(st.integers(3, 9)))]
    found: dict[str, Any] = {}
    for number, name in enumerate(names):
        later = names[number + 1 :] or names[:1]
        to = st.sampled_from(later if draw(st.integers(0, 29)) else names)
        kind = draw(st.sampled_from(["end", "ask", "either", "own", "nest", "parallel", "if", "while", "switch"]))
        if number == len(names) - 1 or kind == "end":
            found[name] = end()
        elif kind == "ask":
            found[name] = manual(draw(to), out_args=["__f__"])
        elif kind == "either":
            found[name] = manual(None, on_success=draw(to), on_failure=draw(to))
        elif kind == "own":
            found[name] = own("retest", draw(to))
        elif kind == "nest":
            found[name] = step("playbook-action", draw(to), playbook_id="playbook--x")
        elif kind == "parallel":
            found[name] = step("parallel", draw(to), next_steps=draw(st.lists(to, min_size=1, max_size=3)))
        elif kind == "switch":
            found[name] = step("switch-condition", draw(to), switch="__f__:value", cases={"true": draw(to)})
        else:
            said = {"condition": draw(CONDITIONS), "on_true": draw(to)}
            found[name] = step(f"{kind}-condition", draw(to), **said)
    return found


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(workflows(), st.lists(st.sampled_from(["true", "false"]), min_size=1))
def test_whatever_the_linter_lets_through_comes_to_an_end(steps: dict[str, Any], answers: list[str]) -> None:
    found = read_document(book(steps, {"__f__": variable("false", "bool")})).playbook
    assert found is not None
    # A step that no run comes to does no harm to the run.
    sound = {fault.name for fault in errors(lint(found))} <= {"unreachable-step"}
    event(f"sound: {sound}")
    if sound:
        assert rehearse(found, {"f": answers}, NOON, {}.get).state in ("succeeded", "failed")
