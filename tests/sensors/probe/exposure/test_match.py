"""Matchers hold or do not."""

from __future__ import annotations

import re2

from sensors.probe.answer import Method
from sensors.probe.exposure.match import extract, holds, match, part_of
from sensors.probe.exposure.rule import Extractor, Matcher, Request
from tests.probe_values import page

PAGE = page("Hello password=secret1 World", 200, (("content-type", "text/html"), ("x-powered-by", "PHP/5.2")))


def test_status_words_and_patterns() -> None:
    assert holds(Matcher("status", "body", (200, 301)), PAGE)
    assert holds(Matcher("word", "body", ("hello",), any_case=True), PAGE)
    assert not holds(Matcher("word", "body", ("hello",)), PAGE)
    assert not holds(Matcher("word", "body", ("Hello", "Nobody"), every=True), PAGE)
    assert holds(Matcher("regex", "header", (re2.compile("PHP/5"),)), PAGE)
    assert holds(Matcher("word", "body", ("Nobody",), negative=True), PAGE)


def test_an_excerpt_is_masked() -> None:
    request = Request(Method.GET, ("/",), matchers=(Matcher("word", "body", ("Hello",)),))

    assert "secret1" not in (match(request, PAGE) or "secret1")


def test_all_matchers_are_needed_when_the_rule_says_so() -> None:
    matchers = (Matcher("word", "body", ("Hello",)), Matcher("status", "body", (404,)))

    assert match(Request(Method.GET, ("/",), matchers=matchers), PAGE)
    assert match(Request(Method.GET, ("/",), matchers=matchers, every=True), PAGE) is None


def test_parts_and_extractors() -> None:
    assert part_of(PAGE, "status_code") == "200"
    assert "X-Powered-By: PHP/5.2" in part_of(PAGE, "header")
    assert extract(Extractor("kval", "header", ("x_powered_by",)), PAGE) == ["PHP/5.2"]
