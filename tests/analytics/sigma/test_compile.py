"""From a parsed condition to a tree of tests."""

from __future__ import annotations

import pytest
from sigma.rule import SigmaRule

from analytics.sigma.compile import CannotRun, compile_condition
from analytics.sigma.sources import source_of
from analytics.sigma.tree import All, Node, Not, NumberTest, SameTest, TextTest


def compiled(detection: dict[str, object]) -> Node:
    document = {"title": "t", "logsource": {"category": "webserver"}, "detection": detection, "level": "low"}
    rule = SigmaRule.from_dict(document)
    source = source_of("webserver", None, None)
    assert source is not None
    return compile_condition(rule.detection.parsed_condition[0].parsed, source)


def test_text_on_a_number_column_compares_numbers() -> None:
    assert isinstance(compiled({"a": {"sc-status": "404"}, "condition": "a"}), NumberTest)


def test_decoded_texts_are_looked_at_only_where_a_match_makes_the_rule_hold() -> None:
    tree = compiled({"a": {"cs-uri": "x"}, "b": {"cs-uri": "y"}, "condition": "a and not b"})

    assert isinstance(tree, All)
    positive, negative = tree.parts
    assert isinstance(positive, TextTest)
    assert isinstance(negative, Not)
    assert isinstance(negative.part, TextTest)
    assert any(text.decoded for text in positive.texts)
    assert not any(text.decoded for text in negative.part.texts)


def test_a_field_reference_becomes_a_comparison_of_columns() -> None:
    assert isinstance(compiled({"a": {"cs-uri-stem|fieldref": "cs-uri"}, "condition": "a"}), SameTest)


def test_a_condition_nested_too_deeply_is_refused() -> None:
    with pytest.raises(CannotRun, match="nested too deeply"):
        compiled({"a": {"cs-uri": "x"}, "condition": "not " * 70 + "a"})
