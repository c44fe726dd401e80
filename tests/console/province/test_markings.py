"""Markings: their order, what may leave, TLP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.province.markings import may_leave, names, of_tlp, rank

ANY = st.sampled_from(names())


@given(ANY, ANY)
def test_nothing_above_the_links_marking_leaves(marking: str, highest: str) -> None:
    assert may_leave(marking, highest) == (rank(marking) <= rank(highest))


@given(st.text(max_size=6), ANY)
def test_what_is_not_in_the_file_never_leaves(marking: str, highest: str) -> None:
    if marking not in names():
        assert not may_leave(marking, highest)
        with pytest.raises(ValueError, match="is not known"):
            rank(marking)


def test_the_traffic_light_stands_for_a_marking() -> None:
    assert [of_tlp(label) for label in ("TLP:CLEAR", "tlp:green", "amber+strict", "TLP:RED")] == [
        *("公开", "内部", "敏感", "重要")
    ]
    with pytest.raises(ValueError, match="no TLP label"):
        of_tlp("TLP:BLUE")
