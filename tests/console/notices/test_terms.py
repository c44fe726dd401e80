"""Terms by gravity become moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from console.calendar.working_time import load_calendar
from console.notices.kinds import Guarded, load_rules
from console.notices.terms import checked_terms, gravest, moments, terms_for

RULES = load_rules()
# Friday 27 November 2026, 17:00 in China.
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def test_the_gravest_counts_and_what_is_unknown_least() -> None:
    assert gravest(["medium", "high", "low"]) == "high"
    assert gravest(["odd"]) == "low"


def test_working_hours_jump_over_the_weekend_and_whole_days_end_with_the_office_hours() -> None:
    ends = moments(terms_for("high", FRIDAY, RULES), FRIDAY, load_calendar())

    # Monday, 18:00 in China.
    assert ends["rectify_by"] == FRIDAY + timedelta(days=3, hours=1)
    assert ends["sign_by"].astimezone(UTC).weekday() == 0
    assert "contain_by" not in ends


def test_an_event_in_progress_runs_by_the_minute() -> None:
    ends = moments(terms_for("event", FRIDAY, RULES), FRIDAY, load_calendar())

    assert ends["sign_by"] - FRIDAY == timedelta(minutes=30)
    assert ends["contain_by"] - FRIDAY == timedelta(hours=1)


def test_in_a_guarded_period_every_term_is_halved() -> None:
    guarded = replace(RULES, periods=(Guarded("重保", date(2026, 11, 27), date(2026, 11, 30)),))

    assert terms_for("critical", FRIDAY, guarded)["rectify"] == {"amount": 1.5, "unit": "days"}
    low = terms_for("medium", FRIDAY, guarded)
    assert low["retest"] == {"amount": 1.5, "unit": "working_days"}
    assert moments(low, FRIDAY, load_calendar())["retest_by"] > FRIDAY


def test_terms_of_an_editor_are_checked() -> None:
    assert checked_terms({"sign": {"amount": "2", "unit": "hours"}}) == {"sign": {"amount": 2.0, "unit": "hours"}}
    for wrong in ({"tea": {}}, {"sign": {"amount": 2}}, {"sign": {"amount": -1, "unit": "days"}}, {"sign": 3}):
        with pytest.raises(ValueError, match=r"clock|term"):
            checked_terms(wrong)
