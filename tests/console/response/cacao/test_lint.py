"""What a schema cannot find."""

from __future__ import annotations

from typing import Any

import pytest

from console.response.cacao.fault import errors
from console.response.cacao.lint import lint
from console.response.cacao.reading import read_document
from tests.console.playbooks import AGENT, book, end, manual, own, playbook, step, variable

FLAG = {"__f__": variable("false", "bool")}


def found(document: dict[str, Any]) -> set[str]:
    reading = read_document(document)
    assert reading.playbook is not None
    return {fault.name for fault in lint(reading.playbook)}


def test_a_sound_playbook_with_every_step_type_has_no_fault() -> None:
    document = book(
        {
            "p": step("parallel", "i", next_steps=["a", "b"]),
            "a": manual("ea"),
            "ea": end(),
            "b": own("notify", "eb", command={"to": "owner", "subject": "x"}),
            "eb": end(),
            "i": step("if-condition", "w", condition="__f__:value = 'true'", on_true="c"),
            "c": step("playbook-action", "ec", playbook_id="playbook--x"),
            "ec": end(),
            "w": step("while-condition", "s", condition="__f__:value != 'true'", on_true="d"),
            "d": manual("ed", out_args=["__f__"]),
            "ed": end(),
            "s": step("switch-condition", "z", switch="__f__:value", cases={"true": "g", "default": "h"}),
            "g": end(),
            "h": end(),
            "z": end(),
        },
        FLAG,
    )

    assert lint(playbook(document)) == []


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("dangling-reference", {"a": manual("gone"), "e": end()}),
        ("dangling-reference", {"a": manual("e", targets=["nobody"]), "e": end()}),
        ("dangling-reference", {"a": manual("e") | {"agent": "nobody"}, "e": end()}),
        ("unreachable-step", {"a": manual("e"), "e": end(), "x": manual("e")}),
        ("no-end", {"a": manual()}),
        ("no-end", {"a": manual(on_failure="e"), "e": end()}),
        ("no-end", {"i": step("if-condition", condition="__f__", on_true="e"), "e": end()}),
        ("cycle", {"a": manual("b"), "b": manual("a"), "e": end()}),
        ("cycle", {"a": manual("a")}),
        ("cycle", {"i": step("if-condition", "e", condition="__f__", on_true="b"), "b": manual("i"), "e": end()}),
        ("cycle", {"p": step("parallel", "p", next_steps=["e"]), "e": end()}),
        (
            "cycle",
            {"w": step("while-condition", "b", condition="__f__", on_true="x"), "x": end(), "b": manual("w")},
        ),
        (
            "endless-while",
            {
                "w": step("while-condition", "e", condition="__f__", on_true="b"),
                "b": manual("x"),
                "x": end(),
                "e": end(),
            },
        ),
        ("never-join", {"p": step("parallel", next_steps=["a", "e"]), "a": manual("e"), "e": end()}),
        (
            "never-join",
            {"p": step("parallel", "j", next_steps=["a", "b"]), "a": manual("b"), "b": manual("j"), "j": end()},
        ),
        (
            "never-join",
            {
                "p": step("parallel", "j", next_steps=["a"]),
                "a": manual("z"),
                "j": manual("z"),
                "z": manual("e"),
                "e": end(),
            },
        ),
        ("bad-condition", {"i": step("if-condition", "e", condition="eval(1)", on_true="x"), "x": end(), "e": end()}),
        ("undefined-variable", {"a": manual("e", out_args=["__none__"]), "e": end()}),
        ("undefined-variable", {"a": manual("e", commands=[{"type": "manual", "command": "__z__:value"}]), "e": end()}),
        (
            "variable-out-of-scope",
            {
                "a": manual("b", step_variables={"__mine__": variable()}),
                "b": manual("e", in_args=["__mine__"]),
                "e": end(),
            },
        ),
        ("missing-agent", {"a": step("action", "e", commands=[{"type": "manual"}]), "e": end()}),
        ("missing-field", {"a": step("action", "e", agent=AGENT), "e": end()}),
        ("missing-field", {"p": step("parallel", "e"), "e": end()}),
        ("missing-field", {"i": step("if-condition", "e", on_true="x"), "x": end(), "e": end()}),
        ("missing-field", {"s": step("switch-condition", "e", switch="__f__:value"), "e": end()}),
        ("missing-field", {"n": step("playbook-action", "e"), "e": end()}),
        ("two-ways-on", {"a": manual("e", on_success="e"), "e": end()}),
        ("wrong-start", {"start": manual("e"), "e": end()}),
        ("unknown-command", {"a": manual("e", commands=[{"type": "teleport"}]), "e": end()}),
        ("runs-by-hand", {"a": manual("e", commands=[{"type": "powershell", "command": "rm"}]), "e": end()}),
        ("bad-command", {"a": own("ticket", "e", command={"kind": "love letter"}), "e": end()}),
        ("bad-extension", {"a": manual("e", {"role": "king"}), "e": end()}),
        ("bad-extension", {"a": manual("e", {"due": "soon"}), "e": end()}),
        ("bad-extension", {"a": manual("e", {"approval": {"role": "analyst", "deadline": "PT1H"}}), "e": end()}),
    ],
)
def test_each_fault_is_found(name: str, steps: dict[str, Any]) -> None:
    assert name in found(book(steps, FLAG))


def test_an_approval_decides_one_command_and_a_step_is_for_those_who_work() -> None:
    two = [{"type": "manual", "command": "a"}, {"type": "manual", "command": "b"}]
    approval = {"approval": {"role": "lead", "deadline": "PT5M"}}

    assert "bad-command" in found(book({"a": manual("e", approval, commands=two), "e": end()}))
    for role in ("commander", "editor"):
        assert "bad-extension" in found(book({"a": manual("e", {"role": role}), "e": end()}))


def test_an_address_that_no_mail_reaches_is_found() -> None:
    party = {"type": "individual", "name": "x", "contact": {"email": {"work": "nobody at home"}}}

    assert "bad-email" in found(book({"e": end()}, target_definitions={"individual--1": party}))


def test_a_body_that_leads_back_to_its_while_is_no_circle() -> None:
    steps = {
        "w": step("while-condition", "e", condition="__f__:value != 'true'", on_true="b"),
        "b": manual("w", out_args=["__f__"]),
        "e": end(),
    }

    assert found(book(steps, FLAG)) == set()


def test_every_fault_says_where_and_what_to_do_in_both_languages() -> None:
    reading = read_document(book({"a": manual("gone"), "x": step("action")}))
    assert reading.playbook is not None

    faults = lint(reading.playbook)

    assert len(errors(faults)) >= 4
    assert all(text for one in faults for text in (one.where, one.says.zh, one.says.en, one.advice.zh, one.advice.en))
