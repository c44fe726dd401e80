"""Small playbooks for tests, built step by step with short names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.response.cacao.document import Playbook
from console.response.cacao.extension import DEFINITION, EXTENSION
from console.response.cacao.reading import read_document

AGENT = "organization--00000000-0000-4000-8000-000000000001"
BOOK = "playbook--00000000-0000-4000-8000-00000000000{}"


def step(kind: str, then: str | None = None, ext: Mapping[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """A step; `then` is its on_completion, `ext` what our extension says of it."""
    found: dict[str, Any] = {"type": kind, "name": kind} | members
    if then:
        found["on_completion"] = then
    if ext:
        found["step_extensions"] = {EXTENSION: dict(ext)}
    return found


def manual(then: str | None = None, ext: Mapping[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """An action for a person."""
    commands = members.pop("commands", [{"type": "manual", "command": "do it"}])
    return step("action", then, ext, agent=AGENT, commands=commands, **members)


def own(kind: str, then: str | None = None, **members: Any) -> dict[str, Any]:
    """An action of our own."""
    command = {"type": f"x-{kind}", "command": "text"} | members.pop("command", {})
    return step("action", then, agent=AGENT, commands=[command], **members)


def variable(value: str | None = "", kind: str = "string", **members: Any) -> dict[str, Any]:
    """A variable."""
    return {"type": kind, "value": value} | members


def book(
    steps: Mapping[str, Any], variables: Mapping[str, Any] | None = None, number: int = 1, **members: Any
) -> dict[str, Any]:
    """A document; it begins at the step `start`, which leads to the first of the others unless it is given."""
    first = next(iter(steps))
    workflow = {"start": step("start", first), **steps} if "start" not in steps else dict(steps)
    return {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": BOOK.format(number),
        "name": f"预案{number}",
        "created_by": "identity--00000000-0000-4000-8000-000000000002",
        "created": "2026-11-20T00:00:00.000Z",
        "modified": "2026-11-20T00:00:00.000Z",
        "workflow_start": "start",
        "workflow": workflow,
        "playbook_variables": dict(variables or {}),
        "agent_definitions": {AGENT: {"type": "organization", "name": "desk"}},
        "extension_definitions": {EXTENSION: dict(DEFINITION)},
    } | members


def end() -> dict[str, Any]:
    return step("end")


def playbook(document: Mapping[str, Any]) -> Playbook:
    """The value of a document that reads without a fault."""
    found = read_document(dict(document))
    assert found.playbook is not None
    assert found.faults == ()
    return found.playbook


def raw(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
