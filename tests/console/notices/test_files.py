"""Names of files in headers."""

from __future__ import annotations

from console.notices.files import disposition


def test_a_name_cannot_break_out_of_its_header() -> None:
    header = disposition('甘"\r\nX-Evil: 1.docx')["content-disposition"]

    assert header.startswith("attachment; ")
    assert "\r" not in header
    assert header.count('"') == 2
