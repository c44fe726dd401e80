from __future__ import annotations

import pytest

from console.papers.paper import Grid, Heading, Paragraph
from console.papers.text import blocks_of, chinese_number, numbered, tidied


def test_lines_become_headings_by_their_numbers_and_are_numbered_anew() -> None:
    blocks = blocks_of("一、概述\n近日，发现隐患。\n（一）情况\n\n三、要求\n1. 整改")

    assert blocks == (
        Heading(1, "概述"),
        Paragraph("近日，发现隐患。"),
        Heading(2, "情况"),
        Heading(1, "要求"),
        Heading(3, "整改"),
    )
    texts = [block.text for block in numbered(blocks) if isinstance(block, Heading)]
    assert texts == ["一、概述", "（一）情况", "二、要求", "1.整改"]


def test_a_numbered_sentence_stays_text() -> None:
    assert blocks_of("（1）立即整改，消除隐患。") == (Paragraph("（1）立即整改，消除隐患。"),)
    assert blocks_of("3.5 版以前受影响") == (Paragraph("3.5 版以前受影响"),)


def test_a_known_mark_becomes_its_table_and_an_unknown_one_stays() -> None:
    grid = Grid(("一",), ())

    assert blocks_of("【清单】\n【别的】", {"清单": grid}) == (grid, Paragraph("【别的】"))


def test_headings_with_nothing_below_are_left_out_and_the_others_counted() -> None:
    text = "一、甲\n二、乙\n（一）丙\n正文。\n（二）丁\n三、戊"

    assert tidied(text) == "一、乙\n（一）丙\n正文。"


def test_numbers_in_characters() -> None:
    assert [chinese_number(n) for n in (1, 10, 12, 20, 23, 99)] == ["一", "十", "十二", "二十", "二十三", "九十九"]
    with pytest.raises(ValueError, match="100"):
        chinese_number(100)
