"""The checks that probes make, and what the failure of each means: `rules/checks.yml` as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import yaml

_YIELDS: Final = ("finding", "alert", "both")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its words, gravity and class. `yields` is `finding`, `alert` or `both`."""

    id: str
    title: str
    title_en: str
    yields: str
    severity: str
    class_code: str
    advice: str
    advice_en: str

    @property
    def makes_finding(self) -> bool:
        """Whether its failure is a standing weakness."""
        return self.yields in ("finding", "both")


@cache
def load_checks() -> Mapping[str, Check]:
    """Every check by its id."""
    text = (files("rules") / "checks.yml").read_text("utf-8")
    return MappingProxyType({name: _check(name, entry) for name, entry in yaml.safe_load(text).items()})


def _check(name: str, entry: Mapping[str, Any]) -> Check:
    if entry["yields"] not in _YIELDS:
        raise ValueError(f"rules/checks.yml, {name}: yields {entry['yields']!r}; one of {', '.join(_YIELDS)}")
    return Check(
        id=name,
        title=entry["title"]["zh"],
        title_en=entry["title"]["en"],
        yields=entry["yields"],
        severity=entry["severity"],
        class_code=entry["class"],
        advice=entry["advice"]["zh"],
        advice_en=entry["advice"]["en"],
    )
