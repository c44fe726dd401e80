"""The three marks of a government site."""

from __future__ import annotations

from sensors.probe.footer import footer_marks


def test_marks_are_found_with_what_they_show() -> None:
    found = footer_marks("蜀ICP备12345678号-1 川公网安备 51330102000001号 政府网站标识码：5133010001")

    assert all(found.values())


def test_missing_marks_are_none() -> None:
    assert set(footer_marks("版权所有 13812345678").values()) == {None}
