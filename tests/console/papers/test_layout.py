from __future__ import annotations

import pytest

from console.papers.layout import CONFIDENCES, POINTS_A_MM, claims, load_layout, stack


def test_the_page_holds_22_lines_of_28_characters() -> None:
    layout = load_layout()

    assert (layout.text_width_mm, layout.text_height_mm) == (156, 225)
    assert int(layout.text_height_mm * POINTS_A_MM / layout.line_pt) == layout.lines == 22
    character = layout.third_pt + layout.tracking_pt
    assert int((layout.text_width_mm * POINTS_A_MM + 0.01) / character) == layout.characters == 28


def test_every_number_says_how_sure_we_are() -> None:
    assert {confidence for _, confidence in claims()} <= set(CONFIDENCES)
    assert len(list(claims())) > 25


def test_a_long_red_head_is_smaller_and_never_wider_than_the_text() -> None:
    layout = load_layout()

    assert layout.red_head_pt(8) == layout.red_head_most_pt
    assert layout.red_head_pt(20) * 20 < layout.text_width_mm * POINTS_A_MM


def test_what_stands_above_the_title_fills_whole_lines() -> None:
    layout = load_layout()
    above = (layout.red_head_below_top_mm + layout.red_line_below_number_mm) * POINTS_A_MM

    assert (above + layout.red_head_line_pt) / layout.line_pt == pytest.approx(6, abs=0.01)


def test_fonts_are_asked_for_by_the_standards_name_first() -> None:
    names = stack(load_layout().body)

    assert names[0] == "仿宋_GB2312"
    assert "Noto Serif CJK SC" in names
