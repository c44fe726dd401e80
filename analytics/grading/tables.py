"""The tables that grading reads, as values: `rules/grading/*.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of row is measured: the spell during which a check fails."""

    id: str
    check: str
    classes: frozenset[str]
    words: Words
    assumes: Words | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the grading guide: a level, and what must hold for it."""

    id: str
    level: int
    kind: str
    ranks: frozenset[str] | None
    cii: bool | None
    page: str | None
    minutes: int | None
    number: int | None
    words: Words
    basis: str


@dataclass(frozen=True, slots=True)
class Weight:
    """A line that says how important an object is, and when the line holds."""

    weight: str
    cii: bool
    protection_at_least: int | None
    ranks: frozenset[str] | None
    words: Words


@dataclass(frozen=True, slots=True)
class Effect:
    """The loss and the harm that a class of event usually means."""

    loss: str
    harm: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Object × loss, and harm."""

    words: Words
    basis: str
    defaults_basis: str
    objects: Mapping[str, Words]
    losses: Mapping[str, Words]
    cells: Mapping[str, Mapping[str, int]]
    weights: tuple[Weight, ...]
    effects: Mapping[str, Effect]
    otherwise: Effect


@dataclass(frozen=True, slots=True)
class Deadline:
    """A duty to report, and the clock it starts; without minutes it starts none."""

    id: str
    minutes: int | None
    starts: str
    at_least: int | None
    exactly: int | None
    # whether it is the duty of another body, which we only watch
    others: bool
    cii: bool | None
    ranks: frozenset[str] | None
    # prefixes of classes; and numbers people entered, one of which is above zero
    classes: frozenset[str] | None
    numbers: frozenset[str] | None
    words: Words
    article: str
    basis: str


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that a proposal is made from."""

    classes: Mapping[str, Words]
    leading: tuple[str, ...]
    levels: Mapping[int, Words]
    guide: Words
    kinds: Mapping[str, Kind]
    rows: tuple[Row, ...]
    matrix: Matrix
    deadlines: tuple[Deadline, ...]


@cache
def load_tables() -> Tables:
    """The tables that are shipped."""
    classes, guide, matrix, deadlines = (_read(name) for name in ("classes", "guide-2025", "matrix", "deadlines"))
    return Tables(
        classes={code: _words(entry) for code, entry in classes["classes"].items()},
        leading=tuple(classes["leading"]),
        levels={level: _words(entry) for level, entry in matrix["levels"].items()},
        guide=_words(guide["name"]),
        kinds={name: _kind(name, entry) for name, entry in guide["kinds"].items()},
        rows=tuple(_row(entry) for entry in guide["rows"]),
        matrix=_matrix(matrix),
        deadlines=tuple(_deadline(entry) for entry in deadlines["deadlines"]),
    )


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((files("rules") / "grading" / f"{name}.yml").read_text("utf-8"))
    return data


def _words(entry: Mapping[str, str]) -> Words:
    return Words(entry["zh"], entry["en"])


def _set(values: list[str] | None) -> frozenset[str] | None:
    return frozenset(values) if values is not None else None


def _kind(name: str, entry: Mapping[str, Any]) -> Kind:
    assumes = entry.get("assumes")
    return Kind(
        id=name,
        check=entry["check"],
        classes=frozenset(entry["classes"]),
        words=_words(entry),
        assumes=_words(assumes) if assumes else None,
    )


def _row(entry: Mapping[str, Any]) -> Row:
    when = entry["when"]
    return Row(
        id=entry["id"],
        level=entry["level"],
        kind=when["kind"],
        ranks=_set(when.get("portal_rank")),
        cii=when.get("cii"),
        page=when.get("page"),
        minutes=when.get("minutes"),
        number=when.get("persons", when.get("amount")),
        words=_words(entry),
        basis=entry["basis"],
    )


def _matrix(data: Mapping[str, Any]) -> Matrix:
    return Matrix(
        words=_words(data["name"]),
        basis=data["basis"],
        defaults_basis=data["defaults_basis"],
        objects={name: _words(entry) for name, entry in data["objects"].items()},
        losses={name: _words(entry) for name, entry in data["losses"].items()},
        cells=data["matrix"],
        weights=tuple(
            Weight(
                weight=entry["weight"],
                cii=entry["when"].get("cii", False),
                protection_at_least=entry["when"].get("protection_at_least"),
                ranks=_set(entry["when"].get("rank")),
                words=_words(entry),
            )
            for entry in data["object_of"]
        ),
        effects={code: Effect(**entry) for code, entry in data["class_of"].items()},
        otherwise=Effect(**data["otherwise"]),
    )


def _deadline(entry: Mapping[str, Any]) -> Deadline:
    return Deadline(
        id=entry["id"],
        minutes=entry.get("minutes"),
        starts=entry["starts"],
        at_least=entry.get("at_least"),
        exactly=entry.get("exactly"),
        others=entry.get("others", False),
        cii=entry["when"].get("cii"),
        ranks=_set(entry["when"].get("rank")),
        classes=_set(entry["when"].get("classes")),
        numbers=_set(entry["when"].get("numbers")),
        words=_words(entry),
        article=entry["article"],
        basis=entry["basis"],
    )
