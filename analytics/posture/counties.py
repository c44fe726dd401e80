"""The counties of the prefecture and where their tiles stand: `rules/counties.yml` as values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class County:
    """A county, its names, and the row and column of its tile."""

    code: str
    zh: str
    short: str
    en: str
    row: int
    column: int


@cache
def load_counties() -> tuple[County, ...]:
    """Every county, tile by tile. ValueError when two stand on one place."""
    told = yaml.safe_load((files("rules") / "counties.yml").read_text("utf-8"))
    counties = tuple(County(**entry) for entry in told["counties"])
    if len({(one.row, one.column) for one in counties}) != len(counties) or len({c.code for c in counties}) != len(
        counties
    ):
        raise ValueError("rules/counties.yml: two counties share a code or a place")
    return counties
