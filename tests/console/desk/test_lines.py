"""A line of the workbench."""

from __future__ import annotations

from console.desk.lines import Todo


def test_a_line_may_have_no_end() -> None:
    assert Todo("请办理", "Do it", "/x").due is None
