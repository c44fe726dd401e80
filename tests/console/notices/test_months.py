from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.notices.months import Month, month_at, month_of


def test_a_month_begins_and_ends_by_chinas_clock() -> None:
    november = month_of("2026-11")

    assert november.start == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert november.end == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert month_at(november.end) == Month(2026, 12)


def test_months_before_and_after() -> None:
    assert Month(2026, 12).plus(1) == Month(2027, 1)
    assert [month.name for month in Month(2026, 2).last(3)] == ["2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize("name", ["", "2026", "2026-13", "2026-1", "1999-11", "2026-11-01"])
def test_what_is_no_month_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="2026-11"):
        month_of(name)
