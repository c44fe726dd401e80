"""The situation score: a sum that anybody can do again by hand, with its weights as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What one open thing of this kind costs, and the most that all of them cost."""

    id: str
    measure: str
    facet: str
    weight: float
    most: float
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Step:
    """A word, and from which number on it holds; `id` gives it its shape."""

    floor: float
    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """Rows, words and tiles of one version."""

    version: str
    confidence: str
    rows: tuple[ScoreRow, ...]
    words: tuple[Step, ...]
    tiles: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One row with how many are open, and the points it takes."""

    row: ScoreRow
    count: int
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 100, its word, and where the points went."""

    value: int
    word: Step
    parts: tuple[Part, ...]


@cache
def load_scoring() -> Scoring:
    """The weights that are shipped."""
    told = yaml.safe_load((files("rules") / "posture" / "score.yml").read_text("utf-8"))
    return scoring_of(told)


def scoring_of(told: Mapping[str, Any]) -> Scoring:
    """Weights from their document. ValueError when a row makes no sense."""
    rows = tuple(ScoreRow(**row) for row in told["rows"])
    for row in rows:
        if not 0 < row.weight <= row.most <= 100:
            raise ValueError(f"rules/posture/score.yml, {row.id}: weight and most must be 0 < weight ≤ most ≤ 100")
    return Scoring(told["version"], told["confidence"], rows, _steps(told["words"]), _steps(told["tiles"]))


def score_of(counts: Mapping[tuple[str, str], int], scoring: Scoring) -> Score:
    """The score of what is open: (measure, facet) → how many."""
    parts = tuple(
        Part(row, count, round(min(row.most, row.weight * count), 2))
        for row in scoring.rows
        for count in (counts.get((row.measure, row.facet), 0),)
    )
    value = max(0, round(100 - sum(part.points for part in parts)))
    return Score(value, step_of(value, scoring.words), parts)


def risk_of(counts: Mapping[tuple[str, str], int], scoring: Scoring) -> float:
    """The weighted risk: the same sum without caps."""
    return round(sum(row.weight * counts.get((row.measure, row.facet), 0) for row in scoring.rows), 2)


def step_of(number: float, steps: tuple[Step, ...]) -> Step:
    """The word of a number."""
    return next(step for step in steps if number >= step.floor)


def _steps(told: list[Mapping[str, Any]]) -> tuple[Step, ...]:
    steps = tuple(Step(float(entry["from"]), entry["id"], entry["zh"], entry["en"]) for entry in told)
    if [step.floor for step in steps] != sorted((step.floor for step in steps), reverse=True) or steps[-1].floor != 0:
        raise ValueError("rules/posture/score.yml: the words must go down to 0")
    return steps
