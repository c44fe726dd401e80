"""How times are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.web.moments import clock_state, clock_words, span, when
from tests.factories import NOON


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "不到 1 分钟", "under 1 min"),
        (59, "不到 1 分钟", "under 1 min"),
        (300, "5 分钟", "5 min"),
        (4320, "1 小时 12 分钟", "1 h 12 min"),
        (3600, "1 小时", "1 h"),
        (2 * 86400 + 3 * 3600 + 300, "2 天 3 小时", "2 d 3 h"),
        (-300, "5 分钟", "5 min"),
    ],
)
def test_a_length_of_time_is_said_in_two_units_at_most(seconds: int, zh: str, en: str) -> None:
    assert span(timedelta(seconds=seconds), "zh") == zh
    assert span(timedelta(seconds=seconds), "en") == en


def test_a_moment_is_in_beijing_time_with_its_age_and_its_full_form() -> None:
    said = when(NOON - timedelta(minutes=5), NOON, "zh")

    assert "11-23 19:55" in said
    assert "（5 分钟前）" in said
    assert 'title="2026-11-23 19:55:00+08:00"' in said
    assert 'datetime="2026-11-23T11:55:00+00:00"' in said


def test_a_moment_of_another_year_names_it_and_no_moment_is_never() -> None:
    assert "2025-12-31 20:00" in when(datetime(2025, 12, 31, 12, tzinfo=UTC), NOON, "zh")
    assert "从未" in when(None, NOON, "zh")


@pytest.mark.parametrize(
    ("minutes", "met", "state", "words"),
    [
        (300, None, "", "剩 5 小时"),
        (72, None, "near", "剩 1 小时 12 分钟"),
        (-28, None, "late", "已超时 28 分钟"),
        (-28, True, "met", "已完成"),
    ],
)
def test_a_clock_says_what_is_left(minutes: int, met: bool | None, state: str, words: str) -> None:
    due = NOON + timedelta(minutes=minutes)

    assert clock_state(due, NOON, met) == state
    assert clock_words(due, NOON, "zh", met) == words
