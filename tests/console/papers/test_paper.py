from __future__ import annotations

from datetime import date

import pytest

from console.papers.paper import Grid, Heading, Paper, chinese_date


def test_a_date_has_no_leading_zeros_and_leaves_room_when_there_is_none() -> None:
    assert chinese_date(date(2026, 3, 5)) == "2026年3月5日"
    assert set(chinese_date(None)) == set("年月日　")


def test_what_cannot_be_laid_out_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        Heading(5, "太深")
    with pytest.raises(ValueError, match="2 cells"):
        Grid(("一",), (("甲", "乙"),))
    with pytest.raises(ValueError, match="title"):
        Paper("hazard", " ", ())
    with pytest.raises(ValueError, match="6 digits"):
        Paper("hazard", "题", (), serial="1")


def test_columns_share_the_width() -> None:
    assert Grid(("一", "二"), ()).shares == (0.5, 0.5)
    assert Grid(("一", "二"), (), (1, 3)).shares == (0.25, 0.75)
