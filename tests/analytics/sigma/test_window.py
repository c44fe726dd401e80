"""Windows hold what the definition says, whatever comes in and goes out."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.sigma.window import MEASURES, Chain, Meeting, number_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NUMBERS = st.lists(st.integers(-50, 50).map(str) | st.sampled_from(["1.5", "x", ""]), max_size=30)


def exact(items: list[str]) -> list[Fraction]:
    return [number for item in items if (number := number_of(item)) is not None]


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        ("value_sum", sum),
        ("value_avg", lambda numbers: sum(numbers) / len(numbers)),
        ("value_median", statistics.median),
    ],
)
@settings(max_examples=40, deadline=None)
@given(items=NUMBERS, width=st.integers(1, 6))
def test_a_measure_is_that_of_what_is_in_the_window(
    kind: str, plain: Callable[[list[Fraction]], Fraction], items: list[str], width: int
) -> None:
    measure = MEASURES[kind](0)
    window: deque[str] = deque()
    for item in items:
        measure.enter(item)
        window.append(item)
        if len(window) > width:
            measure.leave(window.popleft())
        numbers = exact(list(window))

        assert measure.value() == (plain(numbers) if numbers else None)


def test_different_items_are_counted_once_and_nothing_counts_for_nothing() -> None:
    measure: Any = MEASURES["value_count"](0)
    for item in ("a", "a", None, "b"):
        measure.enter(item)
    measure.leave("a")

    assert measure.value() == 2


def test_a_condition_over_rules_holds_while_they_are_in_the_window() -> None:
    meeting = Meeting(("and", ("rule", "scan"), ("not", ("rule", "known"))))
    meeting.enter("scan")

    assert meeting.value() == 1

    meeting.enter("known")

    assert meeting.value() is None


def test_a_chain_needs_its_rules_in_order_and_by_different_events() -> None:
    chain = Chain(("first", "second"))

    assert chain.moment([("second", "1", NOW)]) is None
    assert chain.moment([("first", "2", NOW)]) is None
    assert chain.moment([("second", "2", NOW + timedelta(seconds=1))]) is None
    assert chain.moment([("second", "3", NOW + timedelta(seconds=2))]) == NOW
