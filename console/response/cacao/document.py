"""A CACAO 2.0 playbook as values. What we do not know stays in the document and is exported as it came."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

STEP_TYPES: Final = (
    "start",
    "end",
    "action",
    "playbook-action",
    "parallel",
    "if-condition",
    "while-condition",
    "switch-condition",
)
# Steps that open branches and go on when these have ended.
BRANCHING: Final = frozenset({"parallel", "if-condition", "while-condition", "switch-condition"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a playbook or a step; `value` is text, as the standard has it, or None when unknown."""

    name: str
    type: str
    value: Any = None
    constant: bool = False
    external: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of an action step; `content` holds all its members."""

    type: str
    text: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Party:
    """An agent or a target."""

    id: str
    type: str
    name: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the workflow; `content` holds all its members."""

    id: str
    type: str
    name: str
    description: str
    content: Mapping[str, Any]
    on_completion: str | None = None
    on_success: str | None = None
    on_failure: str | None = None
    delay: int = 0
    timeout: int = 0
    variables: Mapping[str, Variable] = field(default_factory=dict)
    # action
    commands: Sequence[Command] = ()
    agent: str | None = None
    targets: Sequence[str] = ()
    in_args: Sequence[str] = ()
    out_args: Sequence[str] = ()
    # branching
    condition: str = ""
    on_true: str | None = None
    on_false: str | None = None
    switch: str = ""
    cases: Mapping[str, str] = field(default_factory=dict)
    next_steps: Sequence[str] = ()
    # playbook-action
    playbook_id: str = ""
    playbook_version: str = ""

    def branches(self) -> list[str]:
        """Where the branches of this step begin."""
        named = [self.on_true, self.on_false, *self.cases.values(), *self.next_steps]
        return [step for step in named if step]

    def onward(self) -> list[str]:
        """Where the run goes when this step is over."""
        return [step for step in (self.on_completion, self.on_success, self.on_failure) if step]

    def extension(self, extension_id: str) -> Mapping[str, Any]:
        """What an extension says of this step."""
        return _mapping(_mapping(self.content.get("step_extensions")).get(extension_id))


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook; `content` is the whole document."""

    id: str
    name: str
    description: str
    modified: str
    start: str
    exception: str | None
    steps: Mapping[str, Step]
    variables: Mapping[str, Variable]
    agents: Mapping[str, Party]
    targets: Mapping[str, Party]
    content: Mapping[str, Any]

    def party(self, party_id: str) -> Party | None:
        """An agent or a target by its id."""
        return self.agents.get(party_id) or self.targets.get(party_id)

    def extension(self, extension_id: str) -> Mapping[str, Any]:
        """What an extension says of the playbook."""
        return _mapping(_mapping(self.content.get("playbook_extensions")).get(extension_id))


def export(playbook: Playbook) -> dict[str, Any]:
    """The document of a playbook, the same by meaning as it was read."""
    return copy.deepcopy(dict(playbook.content))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
