"""Answers as columns."""

from __future__ import annotations

from tests.probe_values import page


def test_the_last_value_of_a_header_counts_whatever_its_case() -> None:
    got = page(headers=(("X-A", "1"), ("x-a", "2")))

    assert got.header("X-a") == "2"
    assert got.header("missing") is None


def test_a_type_has_no_parameters() -> None:
    got = page(headers=(("Content-Type", "Text/HTML; charset=gbk"),))

    assert got.mime_type() == "text/html" if callable(got.mime_type) else got.mime_type == "text/html"


def test_facts_are_columns_of_web_datasets() -> None:
    facts = page("abc", 404).facts()

    assert facts["http.response.status_code"] == 404
    assert facts["http.response.body.bytes"] == 3
