"""Kinds of notices and the office's numbers around them: `playbooks/notices/kinds.yml` as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
UNITS: Final = ("minutes", "hours", "days", "working_hours", "working_days")
# The clocks a notice may carry, in the order they end.
CLOCKS: Final = ("sign", "contain", "rectify", "feedback", "retest")
# Gravest first.
SEVERITIES: Final = ("event", "critical", "high", "medium", "low")


class KindsError(ValueError):
    """The file cannot be used; the sentence says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its words, its series and number, and whether its unit must answer."""

    id: str
    zh: str
    en: str
    series: str
    number: str
    total_before: int
    must_reply: bool
    circular: bool
    lists_only: bool
    secrecy: str
    urgency: str


@dataclass(frozen=True, slots=True)
class Term:
    """So much time, in such units."""

    amount: float
    unit: str

    def document(self) -> dict[str, Any]:
        """The term as JSON values."""
        return {"amount": self.amount, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guarded period 重保: in it deadlines are shorter."""

    zh: str
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole file."""

    kinds: Mapping[str, Kind]
    exercise_number: str
    deadlines: Mapping[str, Mapping[str, Term]]
    # what such a weakness may lead to, by gravity
    impacts: Mapping[str, str]
    factor: float
    periods: tuple[Guarded, ...]
    remind_before: timedelta
    remind_after: timedelta
    most_reminders: int
    pressing: Mapping[str, timedelta]
    link_days: int
    link_uses: int
    proof: Mapping[str, int]
    retest_attempts: int
    retest_within: timedelta
    waiver_days: int

    def kind(self, name: str) -> Kind:
        """The kind of this name. ValueError for an unknown one."""
        if name not in self.kinds:
            raise ValueError(f"there is no kind of notice {name!r}; one of {', '.join(self.kinds)}")
        return self.kinds[name]

    def is_guarded(self, at: datetime) -> bool:
        """Whether a moment lies in a guarded period."""
        day = at.astimezone(SHANGHAI).date()
        return any(period.begins <= day <= period.ends for period in self.periods)


@cache
def load_rules() -> Rules:
    """The shipped file. KindsError when it is broken."""
    return parsed(yaml.safe_load((files("playbooks") / "notices" / "kinds.yml").read_text("utf-8")))


def parsed(data: Mapping[str, Any]) -> Rules:
    """A file of kinds as values. KindsError says what is missing or makes no sense."""
    try:
        return _parsed(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise KindsError(f"playbooks/notices/kinds.yml: {error} is missing or of the wrong kind; mend it") from error


def _parsed(data: Mapping[str, Any]) -> Rules:
    remind, links, retest = data["reminders"], data["links"], data["retest"]
    return Rules(
        kinds=MappingProxyType({name: _kind(name, entry) for name, entry in data["kinds"].items()}),
        exercise_number=_pattern("exercise_number", data["exercise_number"], "{number}"),
        deadlines=MappingProxyType({name: _terms(name, data["deadlines"][name]) for name in SEVERITIES}),
        impacts=MappingProxyType({name: str(data["deadlines"][name].get("impact", "")) for name in SEVERITIES}),
        factor=float(data["guarded"]["factor"]),
        periods=tuple(Guarded(one["zh"], one["from"], one["until"]) for one in data["guarded"]["periods"]),
        remind_before=timedelta(hours=remind["before_hours"]),
        remind_after=timedelta(hours=remind["after_hours"]),
        most_reminders=int(remind["most"]),
        pressing=MappingProxyType(
            {to: timedelta(hours=data["pressing"][f"{to}_after_hours"]) for to in ("urged", "supervised", "escalated")}
        ),
        link_days=int(links["days_after"]),
        link_uses=int(links["uses_a_minute"]),
        proof=MappingProxyType({name: int(value) for name, value in data["proof"].items()}),
        retest_attempts=int(retest["attempts"]),
        retest_within=timedelta(minutes=retest["answer_within_minutes"]),
        waiver_days=int(data["waiver"]["most_days"]),
    )


def _kind(name: str, entry: Mapping[str, Any]) -> Kind:
    return Kind(
        id=name,
        zh=entry["name"]["zh"],
        en=entry["name"]["en"],
        series=entry["series"],
        number=_pattern(name, entry["number"], "{n}", "{year}"),
        total_before=int(entry.get("total_before", 0)),
        must_reply=bool(entry["must_reply"]),
        circular=bool(entry["circular"]),
        lists_only=bool(entry.get("lists_only", False)),
        secrecy=entry["secrecy"],
        urgency=entry["urgency"],
    )


def _pattern(where: str, text: str, *needed: str) -> str:
    for part in needed:
        if part not in text:
            raise KindsError(f"playbooks/notices/kinds.yml, {where}: the number {text!r} lacks {part}")
    return text


def _terms(where: str, entry: Mapping[str, Any]) -> Mapping[str, Term]:
    terms = {clock: Term(float(entry[clock]["amount"]), entry[clock]["unit"]) for clock in CLOCKS if clock in entry}
    for clock in ("sign", "rectify", "feedback"):
        if clock not in terms:
            raise KindsError(f"playbooks/notices/kinds.yml, deadlines of {where}: {clock} is missing")
    for clock, term in terms.items():
        checked(term, f"playbooks/notices/kinds.yml, deadlines of {where}, {clock}")
    return MappingProxyType(terms)


def checked(term: Term, where: str) -> Term:
    """The term, if it makes sense. KindsError otherwise."""
    if term.unit not in UNITS:
        raise KindsError(f"{where}: unit {term.unit!r}; one of {', '.join(UNITS)}")
    if not 0 < term.amount <= 1000:
        raise KindsError(f"{where}: {term.amount:g} {term.unit}; give more than 0 and at most 1000")
    return term
