"""The tree of tests is a value."""

from __future__ import annotations

from analytics.sigma.sources import Text
from analytics.sigma.tree import All, Not, TextTest, Wild


def test_equal_trees_are_equal_and_can_be_remembered() -> None:
    one = All((TextTest((Text("url.path"),), (Wild(True), "x")), Not(TextTest((Text("url.path"),), ("y",)))))
    two = All((TextTest((Text("url.path"),), (Wild(True), "x")), Not(TextTest((Text("url.path"),), ("y",)))))

    assert one == two
    assert len({one, two}) == 1
