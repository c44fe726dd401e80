"""Correlations: counts, distinct values and sequences of hits in true sliding windows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionNOT,
    CorrelationConditionOR,
    SigmaCorrelationRule,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from analytics.sigma.compile import CannotRun
from analytics.sigma.window import MEASURES, Chain, Expression, Meeting

_SIGNS: Final[dict[str, Callable[[float, float], bool]]] = {
    "LT": lambda a, b: a < b,
    "LTE": lambda a, b: a <= b,
    "GT": lambda a, b: a > b,
    "GTE": lambda a, b: a >= b,
    "EQ": lambda a, b: a == b,
    "NEQ": lambda a, b: a != b,
}
_ORDERED: Final = "temporal_ordered"


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
    more_fields: tuple[str, ...] = ()
    percentile: int = 50
    expression: Expression | None = None
    generate: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field counted."""
        return ((self.field,) if self.field else ()) + self.more_fields

    def named(self, ids: Mapping[str, str]) -> Correlation:
        """The same with its rules named by their ids."""
        aliases = {alias: {ids[name]: column for name, column in of.items()} for alias, of in self.aliases.items()}
        expression = _renamed(self.expression, ids) if self.expression else None
        return replace(self, rules=tuple(ids[name] for name in self.rules), aliases=aliases, expression=expression)

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
    counted: float


def correlation_of(rule: SigmaCorrelationRule, document: Mapping[str, Any]) -> Correlation:
    """Our form of a parsed correlation. CannotRun when it is not evaluated here."""
    kind = rule.type.name.lower()
    condition, references = rule.condition, tuple(str(one.reference) for one in rule.rules or ())
    fields: tuple[str, ...] = ()
    expression = None
    percentile = 50
    if isinstance(condition, SigmaExtendedCorrelationCondition):
        if kind == _ORDERED:
            raise CannotRun("an order of rules and a condition over them cannot be asked together")
        references = references or tuple(condition.get_referenced_rules())
        expression = _expression(condition.parsed)
        sign, count = "GTE", 1.0
    else:
        sign, count = condition.op.name, float(condition.count)
        fields = _fields_of(condition.fieldref)
        percentile = 50 if condition.percentile is None else condition.percentile
    if kind == _ORDERED and (sign, count) != ("GTE", float(len(references))):
        raise CannotRun("an ordered correlation asks for all its rules; it takes no count")
    if kind == "value_percentile" and not 0 <= percentile <= 100:
        raise CannotRun(f"there is no percentile {percentile}")
    if kind.startswith("value_") and kind != "value_count" and len(fields) != 1:
        raise CannotRun(f"{kind} measures one field")
    if not references:
        raise CannotRun("it counts no rule")
    return Correlation(
        id=str(document.get("id") or document.get("name") or ""),
        name=str(document.get("name", "")),
        kind=kind,
        rules=references,
        group_by=tuple(rule.group_by or ()),
        timespan=timedelta(seconds=rule.timespan.seconds),
        sign=sign,
        count=count,
        field=fields[0] if fields else None,
        aliases={one.alias: {str(of.reference): name for of, name in one.mapping.items()} for one in rule.aliases},
        document=document,
        more_fields=fields[1:],
        percentile=percentile,
        expression=expression,
        generate=rule.generate,
    )


def _fields_of(reference: Any) -> tuple[str, ...]:
    if reference is None:
        return ()
    return tuple(map(str, reference)) if isinstance(reference, list) else (str(reference),)


def _expression(parsed: Any) -> Expression:
    if isinstance(parsed, SigmaRuleReference):
        return ("rule", parsed.reference)
    signs = {CorrelationConditionAND: "and", CorrelationConditionOR: "or", CorrelationConditionNOT: "not"}
    return (signs[type(parsed)], *map(_expression, parsed.args))


def _renamed(part: Expression, ids: Mapping[str, str]) -> Expression:
    sign, *rest = part
    return ("rule", ids[rest[0]]) if sign == "rule" else (sign, *(_renamed(one, ids) for one in rest))


def evaluate(rule: Correlation, hits: Sequence[Hit], since: datetime) -> list[CorrelationMatch]:
    """Where a correlation holds, one match a group: the fullest window that ends at or after `since`.

    A window ends at a hit and reaches back over the timespan, both ends included; hits of one moment come together.
    Late and out-of-order hits are in their place: time orders them, not arrival.
    """
    groups: dict[tuple[str, ...], list[Hit]] = defaultdict(list)
    for hit in sorted(hits, key=_order):
        key = tuple(rule.value(hit, name) or "" for name in rule.group_by)
        if any(key) or not rule.group_by:
            groups[key].append(hit)
    look = _chained if rule.kind == _ORDERED else _measured
    matches = []
    for key, mine in sorted(groups.items()):
        best = look(rule, mine, since)
        if best is not None:
            begin, end, counted = best
            matches.append(CorrelationMatch(rule, key, tuple(mine[begin:end]), counted))
    return matches


def _moments(hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """Begin and end of each run of hits of one moment."""
    begin = 0
    for end in range(1, len(hits) + 1):
        if end == len(hits) or hits[end].at != hits[begin].at:
            yield begin, end
            begin = end


def _measured(rule: Correlation, hits: Sequence[Hit], since: datetime) -> tuple[int, int, float] | None:
    measure = Meeting(rule.expression) if rule.expression else MEASURES[rule.kind](rule.percentile)
    items = [_item(rule, hit) for hit in hits]
    best: tuple[int, int, float] | None = None
    start = 0
    for begin, end in _moments(hits):
        for item in items[begin:end]:
            measure.enter(item)
        while hits[begin].at - hits[start].at > rule.timespan:
            measure.leave(items[start])
            start += 1
        value = measure.value() if hits[begin].at >= since else None
        if value is None or not _SIGNS[rule.sign](float(value), rule.count):
            continue
        if best is None or value >= best[2]:
            best = (start, end, int(value) if value == int(value) else float(value))
    return best


def _item(rule: Correlation, hit: Hit) -> Any:
    if rule.kind == "event_count":
        return hit.event_id
    if rule.kind == "temporal":
        return hit.rule_id
    values = tuple(rule.value(hit, name) for name in rule.fields)
    if rule.kind == "value_count":
        return None if None in values else values
    return values[0]


def _chained(rule: Correlation, hits: Sequence[Hit], since: datetime) -> tuple[int, int, float] | None:
    chain = Chain(rule.rules)
    found: tuple[int, int, float] | None = None
    start = 0
    for begin, end in _moments(hits):
        at = hits[begin].at
        latest = chain.moment([(hit.rule_id, hit.event_id, hit.at) for hit in hits[begin:end]])
        while at - hits[start].at > rule.timespan:
            start += 1
        if at >= since and latest is not None and at - latest <= rule.timespan:
            found = (start, end, len(rule.rules))
    return found


def _order(hit: Hit) -> tuple[datetime, str]:
    return hit.at, hit.event_id
