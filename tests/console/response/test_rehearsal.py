"""Walking a playbook without doing anything."""

from __future__ import annotations

import itertools

import pytest

from console.response import shelf
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
