"""What hides an element from a reader."""

from __future__ import annotations

import pytest

from sensors.probe.hiding import (
    declarations,
    hidden_by_attributes,
    hidden_by_style,
    hiding_rules,
    ids_hidden_by,
    written_by,
)


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "VISIBILITY : hidden",
        "position:absolute;left:-9999px",
        "text-indent:-5000px",
        "height:0;overflow:hidden",
        "font-size:0",
        "opacity:0",
        "color:#fff;background:#fff",
    ],
)
def test_styles_that_hide(style: str) -> None:
    assert hidden_by_style(style)


@pytest.mark.parametrize("style", ["", "color:red", "left:-9999px", "height:20px;overflow:hidden", "margin-left:-10px"])
def test_styles_that_do_not(style: str) -> None:
    assert hidden_by_style(style) is None


def test_attributes_hide_too() -> None:
    assert hidden_by_attributes("div", {"hidden": None})
    assert hidden_by_attributes("div", {"style": "color:red"}) is None


def test_the_last_declaration_of_a_name_counts() -> None:
    assert declarations("display:none;display:block")["display"] == "block"


def test_sheets_and_scripts_are_read_without_being_run() -> None:
    assert [selector for selector, _ in hiding_rules("/* x */ .a{display:none} .b{color:red}")] == [".a"]
    assert "<div" in written_by("document.write('<div style=\"display:none\">')")
    assert "<a" in written_by("document.write('\\x3ca')")
    assert ids_hidden_by("document.getElementById('x').style.display='none'") == {"x"}
