"""Correlations against a brute-force oracle, on random streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.sigma.correlate import Correlation, Hit, MemoryHits, evaluate
from tests.factories import NOON, at


def rule(
    kind: str, *, count: float = 3, sign: str = "GTE", seconds: int = 60, rules: Sequence[str] = ("a",)
) -> Correlation:
    return Correlation(
        id="c",
        name="c",
        kind=kind,
        rules=tuple(rules),
        group_by=("source.ip",),
        timespan=timedelta(seconds=seconds),
        sign=sign,
        count=float(len(rules)) if kind.startswith("temporal") else count,
        field="url.path" if kind == "value_count" else None,
        aliases={},
        document={},
    )


def hit(second: float, *, rule_id: str = "a", source: str = "x", path: str = "/", number: int = 0) -> Hit:
    values = {"source.ip": source, "url.path": path}
    return Hit(rule_id, f"e{number}-{second}-{rule_id}-{source}-{path}", at(second), values)


HITS = st.lists(
    st.builds(
        hit,
        st.integers(0, 200),
        rule_id=st.sampled_from("ab"),
        source=st.sampled_from("xy"),
        path=st.sampled_from(("/1", "/2", "/3")),
    ),
    max_size=12,
    unique_by=lambda one: one.event_id,
)


def oracle(correlation: Correlation, hits: Sequence[Hit]) -> set[str]:
    """The groups for which some set of hits, none further apart than the span, meets the condition."""
    found = set()
    for source in "xy":
        told = [one for one in hits if one.values["source.ip"] == source and one.rule_id in correlation.rules]
        mine = sorted(told, key=lambda one: (one.at, one.event_id))
        for first in range(len(mine)):
            for last in range(first, len(mine)):
                window = mine[first : last + 1]
                if window[-1].at - window[0].at <= correlation.timespan and meets(correlation, window):
                    found.add(source)
    return found


def meets(correlation: Correlation, window: Sequence[Hit]) -> bool:
    if correlation.kind == "event_count":
        return len(window) >= correlation.count
    if correlation.kind == "value_count":
        return len({one.values["url.path"] for one in window}) >= correlation.count
    if correlation.kind == "temporal":
        return {one.rule_id for one in window} >= set(correlation.rules)
    wanted = list(correlation.rules)
    return any([one.rule_id for one in some] == wanted for some in combinations(window, len(wanted)))


@settings(max_examples=300, deadline=None)
@given(HITS, st.sampled_from(("event_count", "value_count", "temporal", "temporal_ordered")), st.integers(1, 4))
def test_a_correlation_holds_for_the_groups_the_oracle_names(hits: list[Hit], kind: str, count: int) -> None:
    correlation = rule(kind, count=count, rules=("a", "b") if kind.startswith("temporal") else ("a",))
    relevant = [one for one in hits if one.rule_id in correlation.rules]

    held = evaluate(correlation, relevant, NOON - timedelta(days=1))

    assert {match.group[0] for match in held} == oracle(correlation, hits)


@settings(max_examples=60, deadline=None)
@given(st.permutations([hit(second, number=second) for second in range(0, 100, 10)]))
def test_the_order_of_arrival_does_not_matter(hits: list[Hit]) -> None:
    [match] = evaluate(rule("event_count"), hits, NOON - timedelta(days=1))

    assert match.counted == 7


def test_no_fixed_boundary_hides_a_burst() -> None:
    across = [hit(58), hit(59), hit(61)]

    assert len(evaluate(rule("event_count"), across, NOON)) == 1


def test_hits_spread_over_hours_do_not_add_up() -> None:
    assert evaluate(rule("event_count"), [hit(0), hit(3600), hit(7200)], NOON) == []


def test_what_held_before_is_not_said_again() -> None:
    old = [hit(0), hit(1), hit(2)]

    assert evaluate(rule("event_count"), [*old, hit(500)], at(400)) == []


def test_an_alias_reads_each_rules_own_field() -> None:
    aliases = {"who": {"a": "source.ip", "b": "url.path"}}
    aliased = replace(rule("temporal", rules=("a", "b")), group_by=("who",), aliases=aliases)
    hits = [hit(0, source="x"), hit(5, rule_id="b", source="other", path="x")]

    [match] = evaluate(aliased, hits, NOON)

    assert match.group == ("x",)


def test_kept_hits_are_found_by_window_and_group_and_forgotten() -> None:
    kept = MemoryHits()
    kept.add([hit(0), hit(0), hit(30, source="y"), hit(90)])

    assert len(kept.window(["a"], at(0), at(60))) == 2
    assert len(kept.window(["a"], at(0), at(100), {"source.ip": "y"})) == 1
    kept.prune(at(60))
    assert len(kept.window(["a"], at(0), at(100))) == 1


@pytest.mark.parametrize(
    ("sign", "count", "holds"), [("GT", 2, True), ("LTE", 2, True), ("EQ", 4, False), ("LT", 1, False)]
)
def test_every_comparison_means_itself(sign: str, count: float, holds: bool) -> None:
    assert bool(evaluate(rule("event_count", sign=sign, count=count), [hit(0), hit(1), hit(2)], NOON)) is holds
