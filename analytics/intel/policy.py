"""What the office thinks of intelligence: `rules/intel/*.yml` as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

from analytics.alerts.claim import LEVELS

_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What it means that an indicator was met in one way; sentences have `{seen}` and `{peer}` in them."""

    level: str
    weaker: str
    class_code: str
    stage: str
    techniques: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Policy:
    """How long indicators count, how far back is searched, what being met means."""

    valid_days: Mapping[str, int]
    longest: timedelta
    sure_from: int
    hunt_days: int
    hunt_events: int
    sightings: Mapping[str, Sighting]

    def ends(self, kinds: set[str], valid_from: datetime, named: datetime | None) -> datetime:
        """When an indicator stops to count: as its source says, else by its kind; never after the longest."""
        days = min(self.valid_days.get(kind, self.valid_days[_OTHER]) for kind in kinds or {_OTHER})
        wished = named or valid_from + timedelta(days=days)
        return min(wished, valid_from + self.longest)


@dataclass(frozen=True, slots=True)
class Tlp:
    """One label of the Traffic Light Protocol: our marking for it, and whether a receiver may pass it on."""

    name: str
    words: str
    marking: str
    passes_on: bool
    definitions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Markings:
    """Our markings, lowest first, and the labels of the Traffic Light Protocol."""

    names: tuple[str, ...]
    tlp_of: Mapping[str, str]
    tlp: Mapping[str, Tlp]
    by_definition: Mapping[str, str]
    # what our own alerts and incidents are marked with
    ours: str

    def rank(self, marking: str) -> int:
        """Its place, 0 the lowest. ValueError for a marking there is not."""
        if marking not in self.names:
            raise ValueError(f"there is no marking {marking!r}; one of {', '.join(self.names)}")
        return self.names.index(marking)

    def higher(self, first: str, second: str) -> str:
        """The higher of two markings."""
        return first if self.rank(first) >= self.rank(second) else second

    def strictest(self, labels: set[str]) -> str | None:
        """The strictest of some labels."""
        order = list(self.tlp)
        return max(labels, key=order.index, default=None)


@cache
def load_policy() -> Policy:
    """The shipped policy. ValueError for a level there is not."""
    entry = _read("policy.yml")
    return Policy(
        valid_days=MappingProxyType(entry["valid_days"]),
        longest=timedelta(days=entry["longest_days"]),
        sure_from=entry["sure_from"],
        hunt_days=entry["hunt"]["days"],
        hunt_events=entry["hunt"]["events"],
        sightings=MappingProxyType({name: _sighting(name, one) for name, one in entry["sightings"].items()}),
    )


@cache
def load_markings() -> Markings:
    """The shipped markings, each label's marking among them."""
    entry = _read("markings.yml")
    names = tuple(entry["markings"])
    labels = {
        name: Tlp(name, one["words"], one["marking"], one["passes_on"], tuple(one["definitions"]))
        for name, one in entry["tlp"].items()
    }
    for one in labels.values():
        if one.marking not in names:
            raise ValueError(f"rules/intel/markings.yml, {one.name}: there is no marking {one.marking!r}")
    return Markings(
        names=names,
        tlp_of=MappingProxyType({name: one["tlp"] for name, one in entry["markings"].items()}),
        tlp=MappingProxyType(labels),
        by_definition=MappingProxyType({ref: one.name for one in labels.values() for ref in one.definitions}),
        ours=entry["ours"],
    )


def _read(name: str) -> Any:
    return yaml.safe_load((files("rules") / "intel" / name).read_text("utf-8"))


def _sighting(name: str, entry: Mapping[str, Any]) -> Sighting:
    for level in (entry["level"], entry["weaker"]):
        if level not in LEVELS:
            raise ValueError(f"rules/intel/policy.yml, {name}: level {level!r}; one of {', '.join(LEVELS)}")
    return Sighting(
        level=entry["level"],
        weaker=entry["weaker"],
        class_code=entry["class"],
        stage=entry["stage"],
        techniques=tuple(entry.get("techniques", ())),
        zh=entry["zh"],
        en=entry["en"],
    )
