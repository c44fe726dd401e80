"""Levels."""

from __future__ import annotations

from console.web.levels import SEVERITIES, level_shape, level_word


def test_both_scales_have_four_shapes_and_words() -> None:
    assert [level_shape(name) for name in SEVERITIES] == ["l1", "l2", "l3", "l4", "l0"]
    assert [level_word(grade) for grade in (1, 2, 3, 4)] == ["特别重大", "重大", "较大", "一般"]


def test_no_level_and_a_strange_one_are_said_as_such() -> None:
    assert (level_shape(None), level_word("strange")) == ("l0", "未定级")
