"""When alerts become an incident and what joins it: `rules/grading/incidents.yml` as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analytics.grading.tables import Words


@dataclass(frozen=True, slots=True)
class Opening:
    """One rule that opens an incident; what is None is not asked for."""

    id: str
    level: str
    stages: int
    way_in: bool
    classes: frozenset[str] | None
    ranks: frozenset[str] | None
    lasting: timedelta
    words: Words


@dataclass(frozen=True, slots=True)
class Policy:
    """How alerts and findings are grouped."""

    idle_gap: timedelta
    common_from_sites: int
    joins_from: str
    openings: tuple[Opening, ...]
    way_in_checks: frozenset[str]
    way_in_severities: frozenset[str]
    way_in_stages: frozenset[str]
    same_story: frozenset[str]
    stages: Mapping[str, Words]

    def in_order(self, stages: frozenset[str]) -> tuple[str, ...]:
        """Stages in the order of an attack; unknown ones last."""
        order = {name: place for place, name in enumerate(self.stages)}
        return tuple(sorted(stages, key=lambda stage: (order.get(stage, len(order)), stage)))


@cache
def load_policy() -> Policy:
    """The policy that is shipped."""
    data = yaml.safe_load((files("rules") / "grading" / "incidents.yml").read_text("utf-8"))
    way_in = data["way_in"]
    return Policy(
        idle_gap=timedelta(minutes=data["idle_gap_minutes"]),
        common_from_sites=data["common_from_sites"],
        joins_from=data["joins_from"],
        openings=tuple(_opening(entry) for entry in data["opens"]),
        way_in_checks=frozenset(way_in["checks"]),
        way_in_severities=frozenset(way_in["opening_severities"]),
        way_in_stages=frozenset(way_in["stages"]),
        same_story=frozenset(data["same_story"]),
        stages={name: Words(entry["zh"], entry["en"]) for name, entry in data["stages"].items()},
    )


def _opening(entry: Mapping[str, Any]) -> Opening:
    return Opening(
        id=entry["id"],
        level=entry["level"],
        stages=entry.get("stages", 0),
        way_in=entry.get("way_in", False),
        classes=frozenset(entry["classes"]) if "classes" in entry else None,
        ranks=frozenset(entry["ranks"]) if "ranks" in entry else None,
        lasting=timedelta(minutes=entry.get("lasting_minutes", 0)),
        words=Words(entry["zh"], entry["en"]),
    )
