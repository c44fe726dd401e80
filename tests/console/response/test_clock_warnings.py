"""Which clocks are warned of, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.response.clock_warnings import load_rules, warnings
from sensors.contract.batch import time_text
from tests.factories import at

RULES = load_rules()
HOUR = 3600.0


def grading(**changed: Any) -> dict[str, Any]:
    clock = {"id": "R-LOC-1", "kind": "deadline", "from": "detected", "zh": "报告", "en": "Report"}
    return {"clocks": [{**clock, "starts": time_text(at(0)), "due": time_text(at(4 * HOUR)), **changed}]}


def percent(seconds: float, document: object = None, closed: float | None = None) -> list[int]:
    closed_at = None if closed is None else at(closed)
    return [one.rule.percent for one in warnings(document or grading(), at(seconds), closed_at, RULES)]


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, []), (1.99, []), (2, [50]), (2.9, [50]), (3, [75]), (3.99, [75]), (4, [100]), (40, [100])],
)
def test_half_three_quarters_and_all_of_the_time_are_said(hours: float, said: list[int]) -> None:
    assert percent(hours * HOUR) == said


def test_what_is_met_passed_or_anothers_is_not_warned_of() -> None:
    late = 5 * HOUR
    assert percent(late, grading(met=time_text(at(60)))) == []
    assert percent(late, grading(kind="threshold")) == []
    assert percent(late, grading(kind="others")) == []
    assert percent(late, closed=late) == []
    assert percent(late, {**grading(), "clocks": grading(**{"from": "closed"})["clocks"]}, closed=60) == [100]


@pytest.mark.parametrize("document", [None, [], {}, {"clocks": "x"}, {"clocks": [1, {"id": "a"}]}])
def test_a_grading_that_makes_no_sense_warns_of_nothing(document: object) -> None:
    assert list(warnings(document, at(0), None, RULES)) == []


def test_a_clock_that_starts_anew_is_warned_of_anew() -> None:
    first = next(warnings(grading(), at(5 * HOUR), None, RULES))
    later = grading(starts=time_text(at(HOUR)), due=time_text(at(4 * HOUR) + timedelta(minutes=30)))
    second = next(warnings(later, at(5 * HOUR), None, RULES))

    assert first.ref == "R-LOC-1:100:20261123T160000"
    assert second.ref != first.ref
    assert len(first.ref) <= 80
