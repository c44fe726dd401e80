"""The office's numbers around notices are data, and a broken file says where."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
import yaml

from console.notices.kinds import KindsError, load_rules, parsed


def shipped() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((files("playbooks") / "notices" / "kinds.yml").read_text("utf-8"))
    return data


def test_the_shipped_kinds_are_the_five_of_the_office_and_the_monthly_one_shares_the_tips_series() -> None:
    rules = load_rules()

    assert set(rules.kinds) == {"tip", "hazard", "order", "supervise", "monthly"}
    assert rules.kind("monthly").series == rules.kind("tip").series
    with pytest.raises(ValueError, match="no kind of notice 'love-letter'"):
        rules.kind("love-letter")


def test_a_number_without_its_count_is_refused() -> None:
    data = shipped()
    data["kinds"]["hazard"]["number"] = "甘网安通〔{year}〕号"

    with pytest.raises(KindsError, match=r"hazard: the number .* lacks \{n\}"):
        parsed(data)


def test_a_term_that_makes_no_sense_is_refused() -> None:
    data = shipped()
    data["deadlines"]["high"]["sign"] = {"amount": 4, "unit": "fortnights"}
    with pytest.raises(KindsError, match="deadlines of high, sign: unit 'fortnights'"):
        parsed(data)
    data["deadlines"]["high"]["sign"] = {"amount": 0, "unit": "hours"}
    with pytest.raises(KindsError, match="more than 0"):
        parsed(data)
    del data["deadlines"]["high"]["sign"]
    with pytest.raises(KindsError, match="sign is missing"):
        parsed(data)


def test_a_missing_part_is_named() -> None:
    data = shipped()
    del data["links"]

    with pytest.raises(KindsError, match="'links'"):
        parsed(data)


def test_a_guarded_period_counts_by_chinas_calendar_with_both_its_days() -> None:
    data = shipped()
    data["guarded"]["periods"] = [{"zh": "重保", "from": date(2026, 12, 1), "until": date(2026, 12, 2)}]
    rules = parsed(data)

    assert rules.is_guarded(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    assert not rules.is_guarded(datetime(2026, 11, 30, 15, 59, tzinfo=UTC))
    assert not rules.is_guarded(datetime(2026, 12, 2, 16, 0, tzinfo=UTC))
