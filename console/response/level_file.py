"""Response levels as data: what there is, who may start it, which grade proposes it, which clocks it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from analytics.grading.tables import Words, load_tables
from console.accounts.permissions import ROLES, allowed
from console.calendar.holiday_file import CONFIDENCES
from console.office.bounded_yaml import read_yaml

FILE: Final = "levels.yml"
UNITS: Final = ("minutes", "days", "working_hours", "working_days")
STARTS: Final = ("started", "ended")
DECIDES: Final = "response.decide"


class BadLevels(ValueError):
    """The file cannot be used; the sentence says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class LevelClock:
    """What a level asks for, until when: an amount of minutes, days, working hours or working days."""

    id: str
    starts: str
    unit: str
    amount: int
    words: Words
    article: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Level:
    """One response level, 1 the gravest."""

    level: int
    name: Words
    warning: Words
    decides: Words
    duty: Words
    proposed_by: tuple[int, ...]
    # The grade whose call-out is made.
    calls: int
    roles: tuple[str, ...]
    clocks: tuple[LevelClock, ...]

    def startable_by(self, roles: frozenset[str]) -> bool:
        """Whether somebody of these roles may start it: one role must give the right and be named here."""
        return any(allowed(frozenset({role}), DECIDES) and (not self.roles or role in self.roles) for role in roles)


@dataclass(frozen=True, slots=True)
class Levels:
    """Every level, gravest first, and what the end of a response starts."""

    levels: tuple[Level, ...]
    after: tuple[LevelClock, ...]
    source: str
    confidence: str
    # Why the office's own file is not used.
    refused: str | None = None

    def of(self, number: int) -> Level:
        """A level by its number. ValueError when there is none."""
        found = next((one for one in self.levels if one.level == number), None)
        if found is None:
            raise ValueError(f"there is no response level {number}; {self.levels[0].level} to {self.levels[-1].level}")
        return found

    def named(self, number: int) -> Level:
        """A level that was started, under its number; the last there is when a newer file has fewer."""
        return next((one for one in self.levels if one.level == number), self.levels[-1])

    def proposed(self, grade: int | None) -> Level | None:
        """The level that a grade proposes."""
        return next((one for one in self.levels if grade in one.proposed_by), None)


def read_levels(content: bytes, name: str = FILE) -> Levels:
    """The levels of a file. BadLevels for what cannot be used."""
    try:
        said = _mapping(read_yaml(content, name))
        levels = tuple(_level(_mapping(entry)) for entry in said["levels"])
        if [one.level for one in levels] != list(range(1, len(levels) + 1)) or not levels:
            raise ValueError("levels must be numbered 1, 2, 3 … in order, the gravest first")
        grades = [grade for one in levels for grade in one.proposed_by]
        if len(grades) != len(set(grades)):
            raise ValueError("a grade may propose one level only")
        if said["confidence"] not in CONFIDENCES:
            raise ValueError(f"confidence must be one of {', '.join(CONFIDENCES)}")
        after = tuple(_clock(_mapping(entry)) for entry in said.get("after", []))
        return Levels(levels, after, str(said["source"]), said["confidence"])
    except KeyError as error:
        raise BadLevels(f"{name}: {error.args[0]!r} is missing; add it") from error
    except (ValueError, TypeError) as error:
        raise BadLevels(str(error) if str(error).startswith(name) else f"{name}: {error}") from error


def load_levels(data_folder: Path | None = None) -> Levels:
    """The office's levels, else the shipped ones; a file of the office that cannot be used says so in `refused`."""
    path = data_folder / FILE if data_folder else None
    if path is None or not path.is_file():
        return _shipped()
    stat = path.stat()
    return _placed(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1)
def _shipped() -> Levels:
    return read_levels((files("playbooks") / FILE).read_bytes())


@lru_cache(maxsize=8)
def _placed(path: Path, _changed: int, _size: int) -> Levels:
    try:
        return read_levels(path.read_bytes())
    except (BadLevels, OSError) as error:
        ours = _shipped()
        return Levels(ours.levels, ours.after, ours.source, ours.confidence, str(error))


def _level(said: Mapping[str, Any]) -> Level:
    number, grades = said["level"], load_tables().levels
    where = f"level {number}"
    roles = tuple(said.get("roles", ()))
    for role in roles:
        if role not in ROLES:
            raise ValueError(f"{where}: there is no role {role!r}; known: {', '.join(ROLES)}")
    proposed = tuple(said.get("proposed_by", ()))
    for grade in (*proposed, said["calls"]):
        if grade not in grades:
            raise ValueError(f"{where}: {grade!r} is no grade; 1 to 4")
    if not isinstance(number, int):
        raise ValueError(f"{where}: the level must be a number")
    return Level(
        level=number,
        name=_words(said["name"], where),
        warning=_words(said["warning"], where),
        decides=_words(said["decides"], where),
        duty=_words(said["duty"], where),
        proposed_by=proposed,
        calls=said["calls"],
        roles=roles,
        clocks=tuple(_clock(_mapping(entry)) for entry in said.get("clocks", [])),
    )


def _clock(said: Mapping[str, Any]) -> LevelClock:
    where = f"clock {said['id']}"
    units = [unit for unit in UNITS if unit in said]
    if len(units) != 1 or not isinstance(said[units[0]], int) or not 0 < said[units[0]] <= 100_000:
        raise ValueError(f"{where}: write one of {', '.join(UNITS)} with a number above zero")
    if said["starts"] not in STARTS:
        raise ValueError(f"{where}: starts must be one of {', '.join(STARTS)}")
    if said["confidence"] not in CONFIDENCES:
        raise ValueError(f"{where}: confidence must be one of {', '.join(CONFIDENCES)}")
    words = _words(said, where)
    return LevelClock(
        str(said["id"])[:40], said["starts"], units[0], said[units[0]], words, str(said["article"]), said["confidence"]
    )


def _words(said: object, where: str) -> Words:
    both = _mapping(said)
    if not all(isinstance(both.get(language), str) and both[language] for language in ("zh", "en")):
        raise ValueError(f"{where}: every text needs zh and en")
    return Words(both["zh"], both["en"])


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"expected names with values, found {type(value).__name__}")
    return value
