from __future__ import annotations

import pytest

from console.papers.wording import KINDS, WordingError, fill, fill_lines, load_wording, words


def test_every_kind_has_its_wording() -> None:
    for kind in KINDS:
        wording = load_wording(kind)
        assert wording.name
        assert wording.name_en
        assert wording.title
    with pytest.raises(KeyError):
        load_wording("letter")


def test_a_line_with_an_empty_field_is_left_out_and_an_unknown_field_is_named() -> None:
    assert fill_lines("甲{a}\n乙{b}\n丙", {"a": "一", "b": ""}) == "甲一\n丙"
    with pytest.raises(WordingError, match=r"\{c\}"):
        fill("丁{c}", {"a": ""})


def test_each_table_has_a_width_for_each_column() -> None:
    assert all(len(grid["header"]) == len(grid["widths"]) for grid in words()["grids"].values())
