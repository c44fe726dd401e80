"""A mechanism as values: groups, their slots, who acts in a step, who is called in for which grade."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from analytics.grading.tables import Words

KINDS: Final = ("org", "duty", "mode", "period", "stage")
# Slots of these kinds are people's; the others are lists to tick off, or say how the office runs.
CALLED: Final = frozenset({"org", "duty"})
LISTED: Final = frozenset({"period", "stage"})
TARGET: Final = re.compile(r"(?P<group>[a-z][a-z0-9_]*)/(?P<slot>\*|[a-z][a-z0-9_]*)")
FILTER: Final = re.compile(
    r"group:(?P<group>[a-z][a-z0-9_]*)(?:\[(?P<field>capabilities|triggers)~(?P<word>[\w-]+)\])?"
)


@dataclass(frozen=True, slots=True)
class Group:
    """One figure of the label: what it counts, and how many there should be; None is any number, written N."""

    key: str
    name: str
    kind: str
    expect: int | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of a slot, in the order in which they are called."""

    name: str
    phone: str = ""
    email: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a group; `unit` binds it to the inventory, `roles` to accounts, `contacts` to persons."""

    group: str
    key: str
    name: str
    kind: str
    enabled: bool = True
    unit: str | None = None
    roles: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    capabilities: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()

    @property
    def ref(self) -> str:
        """How steps and calls name it: `command/cac`."""
        return f"{self.group}/{self.key}"


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whom a grade calls in, within what time they acknowledge, and who is called when nobody of a slot does."""

    notify: tuple[str, ...]
    within: timedelta
    then: str | None


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One version of a mechanism. Steps name slots or groups, so another reading is another file."""

    id: str
    version: str
    effective: date
    label: str
    name: str
    source: str
    confidence: str
    workflow: str
    groups: tuple[Group, ...]
    slots: tuple[Slot, ...]
    raci: Mapping[str, Mapping[str, tuple[str, ...]]]
    escalations: Mapping[int, Escalation]
    # SHA-256 of the file, and its text: what an incident keeps.
    digest: str
    content: str = field(repr=False)
    # What is odd and no failure, such as a count that is not the expected one.
    warnings: tuple[Words, ...] = ()

    def slots_of(self, target: str) -> tuple[Slot, ...]:
        """The enabled slots that `command/cac`, `support/*`, `member`, or `group:member[capabilities~sector]` names.

        ValueError for a target that names nothing in this mechanism.
        """
        known = any(target == group.key for group in self.groups)
        if known:
            return tuple(slot for slot in self.slots if slot.enabled and slot.group == target)
        one, some = TARGET.fullmatch(target), FILTER.fullmatch(target)
        group = one or some
        if group is None or not any(group["group"] == named.key for named in self.groups):
            raise ValueError(f"{target!r} names no group of this mechanism; known: {self._known()}")
        mine = [slot for slot in self.slots if slot.group == group["group"]]
        if one is not None and one["slot"] != "*":
            mine = [slot for slot in mine if slot.key == one["slot"]]
            if not mine:
                raise ValueError(f"{target!r} names no slot of this mechanism; known: {self._known()}")
        if some is not None and some["field"]:
            mine = [slot for slot in mine if some["word"] in getattr(slot, some["field"])]
        return tuple(slot for slot in mine if slot.enabled)

    def escalation(self, level: int) -> Escalation | None:
        """Whom a grade (1 gravest … 4) calls in; None when the mechanism calls nobody for it."""
        return self.escalations.get(level)

    def acting(self, step: str, letter: str = "R") -> tuple[Slot, ...]:
        """The slots with a part in a step: R does it, A answers for it, C is asked, I is told."""
        return tuple(slot for target in self.raci.get(step, {}).get(letter, ()) for slot in self.slots_of(target))

    def checklist(self) -> tuple[Slot, ...]:
        """The slots that are ticked off instead of called: stages of an incident, periods of a year."""
        return tuple(slot for slot in self.slots if slot.enabled and slot.kind in LISTED)

    def called(self, level: int) -> tuple[Slot, ...]:
        """The slots that a grade calls in, each once."""
        wanted = self.escalation(level)
        found = [slot for target in (wanted.notify if wanted else ()) for slot in self.slots_of(target)]
        return tuple(dict.fromkeys(slot for slot in found if slot.kind in CALLED))

    def _known(self) -> str:
        return ", ".join(slot.ref for slot in self.slots[:12])

    def __hash__(self) -> int:
        return hash(self.digest)
