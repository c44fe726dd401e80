"""Reading documents that may be anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.response.cacao.document import export
from console.response.cacao.reading import MOST_BYTES, read, read_document
from tests.console.playbooks import book, end, manual, playbook, raw, step


def test_what_is_not_known_is_exported_as_it_came() -> None:
    document = book({"a": manual("e", vendor_thing={"x": [1, None]}), "e": end()}, extra="kept", signatures=[{"a": 1}])

    assert export(playbook(document)) == document


def test_a_step_has_its_parts() -> None:
    document = book({"a": manual("e", delay=5, timeout=9, out_args=["__x__"]), "e": end()}, {"__x__": {"type": "bool"}})

    found = playbook(document).steps["a"]

    assert (found.delay, found.timeout, found.out_args, found.on_completion) == (5, 9, ("__x__",), "e")
    assert found.commands[0].type == "manual"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"type": "playbook", "x": ' + b'{"a":' * 60 + b"1" + b"}" * 60 + b"}", "nested deeper"),
        (b"x" * (MOST_BYTES + 1), "larger than"),
        (b'{"type": "playbook", "type": "playbook"}', "stands twice"),
        (b'{"type": "playbook", "priority": NaN}', "no JSON number"),
        (b'{"type": "playbook", "priority": ' + b"9" * 10_000 + b"}", "not JSON"),
        (b'{"type": "playbook", "name": "\\ud800"}', "half a character"),
        (b'{"type": "playbook", "priority": 1e999}', "a number that is none"),
        (b"[]", "not a CACAO playbook"),
        (b'{"type": "bundle"}', "not a CACAO playbook"),
        (json.dumps({"type": "playbook", "x": [0] * 60_000}).encode(), "more than"),
    ],
)
def test_a_hostile_document_is_refused_with_one_sentence(content: bytes, told: str) -> None:
    found = read(content)

    assert found.playbook is None
    assert [fault.name for fault in found.faults] == ["not-a-playbook"]
    assert told in found.faults[0].says.en


def test_too_many_steps_are_refused() -> None:
    found = read(raw(book({f"s{number}": end() for number in range(600)})))

    assert found.playbook is None
    assert "500 steps" in found.faults[0].says.en


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"workflow": []}, "playbook.workflow"),
        ({"name": 5}, "playbook.name"),
        ({"name": "x" * 300}, "playbook.name"),
        ({"id": "playbook--1"}, "playbook.id"),
        ({"spec_version": "1.0"}, "playbook.spec_version"),
        ({"workflow": {"a": 1}}, "workflow.a"),
        ({"workflow": {"a": step("dance")}}, "workflow.a.type"),
        ({"workflow": {"a": step("action", commands=[1])}}, "workflow.a.commands[0]"),
        ({"workflow": {"a": step("action", commands={})}}, "workflow.a.commands"),
        ({"workflow": {"a": step("parallel", next_steps="b")}}, "workflow.a.next_steps"),
        ({"workflow": {"a": step("action", delay=-1)}}, "workflow.a.delay"),
        ({"playbook_variables": {"x": {}}}, "playbook.playbook_variables.x"),
        (
            {"playbook_variables": {"__x__": {"type": "bool", "constant": "no"}}},
            "playbook.playbook_variables.__x__.cons",
        ),
        ({"agent_definitions": {"x": []}}, "agent_definitions.x"),
        ({"created_by": None}, "playbook"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_its_place(change: dict[str, Any], where: str) -> None:
    found = read(raw(book({"e": end()}) | change))

    assert any(fault.where.startswith(where) and fault.is_error for fault in found.faults)


def test_an_action_without_commands_and_agent_is_explained() -> None:
    found = read(raw(book({"a": step("action", "e"), "e": end()})))

    assert found.playbook is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.sampled_from(sorted(book({"e": end()}))), st.sampled_from(sorted(manual("e", out_args=[], targets=[]))), JSON)
def test_any_value_in_any_place_is_read_or_told(top: str, inner: str, value: Any) -> None:
    document = book({"a": manual("e") | {inner: value}, "e": end()})

    for changed in (document, document | {top: value}):
        found = read_document(changed)
        assert found.playbook is not None or found.faults
