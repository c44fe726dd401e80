"""Correlations among the rules they count: references resolved, order found, what cannot run refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analytics.sigma.correlate import Correlation
from analytics.sigma.sources import Source

_MEASURING: Final = ("value_count", "value_sum", "value_avg", "value_percentile", "value_median")


def settle(
    rules: Mapping[str, Source], names: Mapping[str, str], correlations: Sequence[Correlation]
) -> tuple[list[Correlation], dict[str, str]]:
    """The correlations that run, each after those it counts, and for the id of each other one the reason.

    `rules` are the plain rules that run, by id; `names` says which id a name or id stands for.
    """
    known = dict(names)
    settled: list[Correlation] = []
    waiting = list(correlations)
    reasons: dict[str, str] = {}
    while waiting:
        ready = [one for one in waiting if all(name in known for name in one.rules)]
        if not ready:
            break
        waiting = [one for one in waiting if one not in ready]
        for one in ready:
            stray = [name for of in one.aliases.values() for name in of if name not in known]
            reason = f"its alias names rule {stray[0]!r}, which it does not count" if stray else None
            resolved = one if stray else one.named(known)
            reason = reason or _uncollected(resolved, rules)
            if reason:
                reasons[one.id] = reason
                continue
            settled.append(resolved)
            known |= {name: one.id for name in (one.id, one.name) if name}
    for one in waiting:
        missing = next(name for name in one.rules if name not in known)
        reasons[one.id] = f"it counts rule {missing!r}, which does not run or is not there"
    return settled, reasons


def _uncollected(one: Correlation, rules: Mapping[str, Source]) -> str | None:
    for rule in one.rules:
        source = rules.get(rule)
        if source is None:
            continue
        fields = one.fields if one.kind in _MEASURING else ()
        for name in (*one.group_by, *fields):
            column = one.aliases.get(name, {}).get(rule, name)
            if source.texts(column) is None:
                return f"field {column!r} is not collected for log source {source.name}"
    return None


def quiet(rules: Mapping[str, Source], correlations: Sequence[Correlation]) -> set[str]:
    """The rules that only serve correlations, none of which asks for their own alerts by `generate`."""
    counted = {name: False for one in correlations for name in one.rules if name in rules}
    for one in correlations:
        for name in set(one.rules) & set(counted):
            counted[name] = counted[name] or one.generate
    return {name for name, generated in counted.items() if not generated}
