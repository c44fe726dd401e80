"""Correlations: counts, distinct values and sequences of hits in true sliding windows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sigma.correlations import SigmaCorrelationCondition, SigmaCorrelationRule, SigmaCorrelationType

from analytics.sigma.compile import CannotRun

_SIGNS: Final[dict[str, Callable[[float, float], bool]]] = {
    "LT": lambda a, b: a < b,
    "LTE": lambda a, b: a <= b,
    "GT": lambda a, b: a > b,
    "GTE": lambda a, b: a >= b,
    "EQ": lambda a, b: a == b,
    "NEQ": lambda a, b: a != b,
}
_SUPPORTED: Final = {
    SigmaCorrelationType.EVENT_COUNT: "event_count",
    SigmaCorrelationType.VALUE_COUNT: "value_count",
    SigmaCorrelationType.TEMPORAL: "temporal",
    SigmaCorrelationType.TEMPORAL_ORDERED: "temporal_ordered",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One event that a rule matched, with the values that correlations group by and count."""

    rule_id: str
    event_id: str
    at: datetime
    values: Mapping[str, str] = field(hash=False)


class HitStore(Protocol):
    """Hits kept between batches; adding one twice is adding it once."""

    def add(self, hits: Sequence[Hit]) -> None:
        """Keep hits."""
        ...

    def window(
        self, rule_ids: Collection[str], start: datetime, end: datetime, group: Mapping[str, str] | None = None
    ) -> list[Hit]:
        """Hits of these rules from start to end, both included, in order of time; of one group when given."""
        ...

    def prune(self, before: datetime) -> None:
        """Forget hits before a moment."""
        ...


class MemoryHits:
    """Hits in memory, for one run over files."""

    def __init__(self) -> None:
        self._hits: dict[str, dict[str, Hit]] = defaultdict(dict)

    def add(self, hits: Sequence[Hit]) -> None:
        """Keep hits."""
        for hit in hits:
            self._hits[hit.rule_id][hit.event_id] = hit

    def window(
        self, rule_ids: Collection[str], start: datetime, end: datetime, group: Mapping[str, str] | None = None
    ) -> list[Hit]:
        """Hits of these rules from start to end, in order of time."""
        asked = (group or {}).items()
        found = [
            hit
            for rule in rule_ids
            for hit in self._hits[rule].values()
            if start <= hit.at <= end and all(hit.values.get(key) == value for key, value in asked)
        ]
        return sorted(found, key=_order)

    def prune(self, before: datetime) -> None:
        """Forget hits before a moment."""
        for rule, hits in self._hits.items():
            self._hits[rule] = {name: hit for name, hit in hits.items() if hit.at >= before}


@dataclass(frozen=True, slots=True)
class Correlation:
    """One correlation rule: what it counts, over which window, by which values."""

    id: str
    name: str
    kind: str
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan: timedelta
    sign: str
    count: float
    field: str | None
    aliases: Mapping[str, Mapping[str, str]]
    document: Mapping[str, Any]

    def named(self, ids: Mapping[str, str]) -> Correlation:
        """The same with its rules named by their ids."""
        aliases = {alias: {ids[name]: column for name, column in of.items()} for alias, of in self.aliases.items()}
        return replace(self, rules=tuple(ids[name] for name in self.rules), aliases=aliases)

    def value(self, hit: Hit, name: str) -> str | None:
        """A hit's value under a name, which may be an alias."""
        column = self.aliases.get(name, {}).get(hit.rule_id, name)
        return hit.values.get(column)


@dataclass(frozen=True, slots=True)
class CorrelationMatch:
    """A correlation that holds: for which group, over which hits, and how much was counted."""

    correlation: Correlation
    group: tuple[str, ...]
    hits: tuple[Hit, ...]
    counted: int


def correlation_of(rule: SigmaCorrelationRule, document: Mapping[str, Any]) -> Correlation:
    """Our form of a parsed correlation. CannotRun when its kind is not evaluated here."""
    kind = _SUPPORTED.get(rule.type)
    if kind is None:
        raise CannotRun(f"correlations of type {rule.type.name.lower()} are not evaluated")
    condition, references = rule.condition, rule.rules or []
    sign, count, counted = "GTE", float(len(references)), None
    if kind in ("event_count", "value_count"):
        if not isinstance(condition, SigmaCorrelationCondition):
            raise CannotRun("its condition is no comparison with a number")
        sign, count = condition.op.name, float(condition.count)
        counted = _field_of(condition.fieldref)
    if kind == "value_count" and counted is None:
        raise CannotRun("it counts values but names no field")
    return Correlation(
        id=str(document.get("id") or document.get("name") or ""),
        name=str(document.get("name", "")),
        kind=kind,
        rules=tuple(str(one.reference) for one in references),
        group_by=tuple(rule.group_by or ()),
        timespan=timedelta(seconds=rule.timespan.seconds),
        sign=sign,
        count=count,
        field=counted,
        aliases=_aliases(rule),
        document=document,
    )


def _aliases(rule: SigmaCorrelationRule) -> dict[str, dict[str, str]]:
    return {one.alias: {str(of.reference): name for of, name in one.mapping.items()} for one in rule.aliases}


def _field_of(reference: Any) -> str | None:
    if reference is None:
        return None
    return str(reference[0]) if isinstance(reference, list) else str(reference)


def evaluate(rule: Correlation, hits: Sequence[Hit], since: datetime) -> list[CorrelationMatch]:
    """Where a correlation holds, one match a group: the fullest window that ends at or after `since`.

    Late and out-of-order hits are in their place: time orders them, not arrival.
    """
    groups: dict[tuple[str, ...], list[Hit]] = defaultdict(list)
    for hit in sorted(hits, key=_order):
        key = tuple(rule.value(hit, name) or "" for name in rule.group_by)
        if any(key) or not rule.group_by:
            groups[key].append(hit)
    matches = []
    for key, mine in sorted(groups.items()):
        best = _best(rule, mine, since)
        if best is not None:
            matches.append(CorrelationMatch(rule, key, *best))
    return matches


def _best(rule: Correlation, hits: Sequence[Hit], since: datetime) -> tuple[tuple[Hit, ...], int] | None:
    best: tuple[tuple[Hit, ...], int] | None = None
    start = 0
    for end, hit in enumerate(hits):
        while hit.at - hits[start].at > rule.timespan:
            start += 1
        if hit.at < since:
            continue
        window = hits[start : end + 1]
        counted = _COUNTERS[rule.kind](rule, window)
        if counted and _SIGNS[rule.sign](counted, rule.count) and (best is None or counted >= best[1]):
            best = (tuple(window), counted)
    return best


def _events(_rule: Correlation, window: Sequence[Hit]) -> int:
    return len({hit.event_id for hit in window})


def _values(rule: Correlation, window: Sequence[Hit]) -> int:
    found = {rule.value(hit, rule.field or "") for hit in window}
    return len(found - {None})


def _kinds(rule: Correlation, window: Sequence[Hit]) -> int:
    found = len({hit.rule_id for hit in window} & set(rule.rules))
    return found if found == len(set(rule.rules)) else 0


def _ordered(rule: Correlation, window: Sequence[Hit]) -> int:
    wanted = iter(rule.rules)
    next_rule: str | None = next(wanted)
    for hit in window:
        if hit.rule_id == next_rule:
            next_rule = next(wanted, None)
            if next_rule is None:
                return len(rule.rules)
    return 0


_COUNTERS: Final[dict[str, Callable[[Correlation, Sequence[Hit]], int]]] = {
    "event_count": _events,
    "value_count": _values,
    "temporal": _kinds,
    "temporal_ordered": _ordered,
}


def _order(hit: Hit) -> tuple[datetime, str]:
    return hit.at, hit.event_id
