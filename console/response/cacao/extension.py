"""Our extension of CACAO: who does a manual step by when, approvals, bounds of loops, and commands of our own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from console.response.cacao.document import Playbook, Step

EXTENSION: Final = "extension-definition--6f1d1f0a-5f0e-4c59-9d3b-2a0c4f6e8b17"
DEFINITION: Final[Mapping[str, Any]] = {
    "type": "extension-definition",
    "name": "Gongga response",
    "description": "Role, due time and slot of manual steps; approvals; bounds of loops; commands x-notify, x-ticket, "
    "x-report-up, x-retest and x-block-request; English names.",
    "created_by": "identity--0b4f6c52-3c43-4f0b-8a63-6d1f3f1c9e21",
    "schema": "https://gongga.invalid/schemas/response-1.json",
    "version": "1.0",
}
# What each own command must and may say besides `type` and `command`.
OWN_COMMANDS: Final[Mapping[str, Mapping[str, frozenset[str] | None]]] = {
    "notify": {"to": None, "subject": None},
    "ticket": {"kind": frozenset({"tip", "hazard", "order", "supervise"})},
    "report-up": {"kind": frozenset({"first", "follow_up", "final"})},
    "retest": {},
    "block-request": {"address": None, "to": None},
}
MOST_ROUNDS: Final = 20
# Those who may work on a response; a commander decides by an approval, an editor by a notice.
ROLES: Final = ("analyst", "lead", "county")
_DURATION: Final = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?")


@dataclass(frozen=True, slots=True)
class Approval:
    """A decision by people: so many of a role, within a time, and what holds when the time is over."""

    role: str
    quorum: int
    deadline: timedelta
    approves_on_deadline: bool


@dataclass(frozen=True, slots=True)
class StepTerms:
    """What our extension says of a step."""

    name_en: str = ""
    description_en: str = ""
    role: str | None = None
    due: timedelta | None = None
    approval: Approval | None = None
    most_rounds: int = MOST_ROUNDS


@dataclass(frozen=True, slots=True)
class BookTerms:
    """What our extension says of a playbook: names in English, the incident classes it fits, what its values mean."""

    name_en: str = ""
    description_en: str = ""
    classes: tuple[str, ...] = ()
    variables_en: Mapping[str, str] = field(default_factory=dict)


def own_command(kind: str) -> str | None:
    """The name of one of our commands for a command type, such as `notify` for `x-notify`."""
    name = kind.removeprefix("x-")
    return name if name in OWN_COMMANDS else None


def step_terms(step: Step) -> StepTerms:
    """The terms of a step. ValueError, with a sentence, when they make no sense."""
    said = step.extension(EXTENSION)
    role = said.get("role")
    if role is not None and role not in ROLES:
        raise ValueError(f"there is no role {role!r}; one of {', '.join(ROLES)}")
    rounds = said.get("most_rounds", MOST_ROUNDS)
    if not isinstance(rounds, int) or isinstance(rounds, bool) or not 1 <= rounds <= 1000:
        raise ValueError("most_rounds must be a number from 1 to 1000")
    due = said.get("due")
    return StepTerms(
        name_en=_text(said, "name_en"),
        description_en=_text(said, "description_en"),
        role=role,
        due=None if due is None else duration(due),
        approval=_approval(said.get("approval")),
        most_rounds=rounds,
    )


def book_terms(playbook: Playbook) -> BookTerms:
    """The terms of a playbook. ValueError when they make no sense."""
    said = playbook.extension(EXTENSION)
    classes = said.get("classes", [])
    if not isinstance(classes, list) or not all(isinstance(one, str) for one in classes):
        raise ValueError("classes must be a list of class codes")
    named = said.get("variables_en", {})
    if not isinstance(named, Mapping) or not all(isinstance(one, str) for one in named.values()):
        raise ValueError("variables_en must be texts by variable")
    return BookTerms(_text(said, "name_en"), _text(said, "description_en"), tuple(classes), named)


def slot_of(playbook: Playbook, party_id: str | None) -> str | None:
    """The slot or group of the mechanism that an agent stands for, such as `support/*`."""
    party = playbook.party(party_id) if party_id else None
    said = party.content.get("agent_target_extensions") if party else None
    ours = said.get(EXTENSION) if isinstance(said, Mapping) else None
    slot = ours.get("slot") if isinstance(ours, Mapping) else None
    return slot[:80] if isinstance(slot, str) else None


def duration(text: object) -> timedelta:
    """An ISO 8601 duration of days, hours, minutes and seconds. ValueError for another text."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if found is None or not any(found.groups()):
        raise ValueError(f"{text!r} is no duration such as PT30M")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _approval(said: object) -> Approval | None:
    if said is None:
        return None
    if not isinstance(said, Mapping):
        raise ValueError("approval must be an object")
    role, quorum, default = said.get("role"), said.get("quorum", 1), said.get("on_deadline", "reject")
    if role not in ("lead", "commander"):
        raise ValueError("an approval is given by lead or commander")
    if not isinstance(quorum, int) or isinstance(quorum, bool) or not 1 <= quorum <= 5:
        raise ValueError("the quorum of an approval is a number from 1 to 5")
    if default not in ("approve", "reject"):
        raise ValueError("on_deadline of an approval is approve or reject")
    return Approval(role, quorum, duration(said.get("deadline")), default == "approve")


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text")
    return value[:200] if name == "name_en" else value
