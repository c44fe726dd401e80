from __future__ import annotations

from dataclasses import replace

import pytest

from console.papers.fields import attachment_lines, corner, docx_fields, exercise_line, printable, signature_places
from console.papers.layout import load_layout
from console.papers.paper import Attachment, Grid, Picture
from tests.console.papers.papers import EVERYTHING


def test_tables_and_pictures_leave_marks_in_their_order() -> None:
    fields, placed = docx_fields(EVERYTHING)

    assert [type(block) for block in placed] == [Grid, Picture]
    kinds = [line.kind for line in fields["blocks"]]
    assert kinds == ["h1", "p", "mark", "mark", "h2", "flush"]
    assert [line.kind for line in fields["attached"]] == ["page", "title", "p"]


def test_attachments_are_numbered_when_there_are_several() -> None:
    assert attachment_lines((Attachment("清单"),)) == ["附件：清单"]
    assert attachment_lines((Attachment("甲"), Attachment("乙"))) == ["附件：1.甲", "　　　2.乙"]


def test_the_corner_begins_on_the_top_line_and_always_has_three() -> None:
    assert corner(EVERYTHING) == ["000001", "内部", "特急"]
    assert corner(replace(EVERYTHING, serial="", urgency="")) == ["内部", "", ""]


def test_only_an_exercise_says_so() -> None:
    assert "演练" in exercise_line(EVERYTHING)
    assert exercise_line(replace(EVERYTHING, exercise=None)) == ""


def test_the_issuer_stands_over_the_middle_of_the_date_four_characters_from_the_edge() -> None:
    issuer, date = signature_places(EVERYTHING, load_layout())

    assert date == 4
    assert issuer == pytest.approx(4 + (6 - 7) / 2)


def test_a_long_issuer_never_leaves_the_page() -> None:
    long = replace(EVERYTHING, issuer="中" * 20)

    assert signature_places(long, load_layout()) == (0, 7)
    open_issuer, open_date = signature_places(replace(long, sealed=False), load_layout())
    assert (open_issuer, open_date) == (2, 14)


def test_what_xml_cannot_carry_is_dropped() -> None:
    assert printable("甲\x00\x1b\ue000乙\n丙") == "甲乙\n丙"
