"""What a report must say."""

from __future__ import annotations

import pytest

from analytics.grading.tables import load_tables
from console.province.report_form import cleaned, kinds, lacks


def test_the_first_report_needs_the_first_two_items_only() -> None:
    assert [item.key for item in lacks("first", {})] == ["unit", "event"]
    assert lacks("first", {"unit": "某局", "event": "首页被篡改"}) == []


def test_a_follow_up_needs_anything_at_all_and_the_final_the_whole_summary() -> None:
    assert lacks("follow_up", {"trend": "", "cause": ""})
    assert lacks("follow_up", {"cause": "弱口令"}) == []
    assert {item.article for item in lacks("final", {"unit": "某局"})} == {"第八条"}


def test_every_clock_that_a_release_meets_is_a_duty_of_the_grading_tables() -> None:
    known = {one.id for one in load_tables().deadlines}

    assert {clock for kind in kinds().values() for clock in kind.clocks} <= known
    assert all(kind.needs <= {item.key for item in kind.items} for kind in kinds().values())


@pytest.mark.parametrize(
    ("items", "says"),
    [({"gossip": "x"}, "no item 'gossip'"), ({"unit": 3}, "must be a text"), ({"unit": "x" * 9000}, "at most 8000")],
)
def test_what_is_no_item_is_refused(items: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        cleaned("first", items)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of report 'second'"):
        lacks("second", {})
