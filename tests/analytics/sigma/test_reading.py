"""Values as the specification has them, and documents that were made to exhaust their reader."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import yaml

from analytics.sigma.compile import CannotRun
from analytics.sigma.reading import bounded, documents
from analytics.sigma.ruleset import Ruleset
from sensors.contract.batch import EventBatch
from tests.factories import batch


def rows(tmp_path: Path, detection: dict[str, Any], events: EventBatch, category: str = "webserver") -> list[int]:
    document = {"title": "t", "logsource": {"category": category}, "detection": detection}
    (tmp_path / "rule.yml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    ruleset = Ruleset.load([tmp_path])
    assert ruleset.entries[0].reason is None
    return [int(row) for match in ruleset.match(events) for row in match.rows]


def asked(*targets: str) -> EventBatch:
    return batch("http", *({"url.original": target, "url.path": target} for target in targets))


@pytest.mark.parametrize(
    ("modifiers", "value", "raw"),
    [
        ("base64|contains", "a\\*b", b"a*b"),
        ("base64|contains", "公告", "公告".encode()),
        ("wide|base64|contains", "whoami", "whoami".encode("utf-16-le")),
        ("utf16|base64|contains", "whoami", b"\xff\xfe" + "whoami".encode("utf-16-le")),
        ("utf16be|base64|contains", "whoami", "whoami".encode("utf-16-be")),
    ],
)
def test_base64_is_of_the_bytes_meant(tmp_path: Path, modifiers: str, value: str, raw: bytes) -> None:
    events = asked(f"/x={b64encode(raw).decode()}", "/x=other")

    assert rows(tmp_path, {"a": {f"cs-uri|{modifiers}": value}, "condition": "a"}, events) == [0]


@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
def test_base64offset_finds_a_text_at_every_offset(tmp_path: Path, before: bytes) -> None:
    events = asked("/x=" + b64encode(before + "é公告".encode() + b"tail").decode(), "/x=other")

    assert rows(tmp_path, {"a": {"cs-uri|base64offset|contains": "é公告"}, "condition": "a"}, events) == [0]


def test_a_regular_expression_may_be_tied_to_an_end(tmp_path: Path) -> None:
    events = asked("/ab", "/xab", "/abx")

    assert rows(tmp_path, {"a": {"cs-uri|re|startswith": "/a|/b"}, "condition": "a"}, events) == [0, 2]
    assert rows(tmp_path, {"a": {"cs-uri|re|endswith": "ab"}, "condition": "a"}, events) == [0, 1]


def test_a_timeframe_is_no_detection(tmp_path: Path) -> None:
    detection = {"a": {"cs-uri": "/ab"}, "timeframe": "5m", "condition": "all of them"}

    assert rows(tmp_path, detection, asked("/ab", "/x")) == [0]


def test_several_conditions_are_alternatives(tmp_path: Path) -> None:
    detection = {"a": {"cs-uri": "/ab"}, "b": {"cs-uri": "/x"}, "condition": ["a", "b"]}

    assert rows(tmp_path, detection, asked("/ab", "/x", "/y")) == [0, 1]


def test_dashes_of_windows_stand_for_each_other(tmp_path: Path) -> None:
    detection = {"a": {"cs-uri|windash|contains": "cmd -enc"}, "condition": "a"}

    assert rows(tmp_path, detection, asked("/cmd /enc", "/cmd –enc", "/cmd enc")) == [0, 1]


def test_a_cased_word_keeps_its_case(tmp_path: Path) -> None:
    assert rows(tmp_path, {"a": {"|cased": "Ab"}, "condition": "a"}, asked("/xAbx", "/xabx")) == [0]


def test_a_field_may_hold_another(tmp_path: Path) -> None:
    events = batch("http", {"url.original": "/a?r=/B", "http.request.referrer": "/b"}, {"url.original": "/a"})

    assert rows(tmp_path, {"a": {"cs-uri|fieldref|contains": "cs-referer"}, "condition": "a"}, events) == [0]


def test_a_proxy_rule_reads_the_whole_address_and_its_extension(tmp_path: Path) -> None:
    row = {"url.original": "/d/x.EXE?a=1", "url.path": "/d/x.EXE", "url.domain": "bad.example"}
    events = batch("http", {**row, "network.direction": "outbound"})

    assert rows(tmp_path, {"a": {"c-uri|contains": "bad.example/d/"}, "condition": "a"}, events, "proxy") == [0]
    assert rows(tmp_path, {"a": {"c-uri-extension": "exe"}, "condition": "a"}, events, "proxy") == [0]


def test_who_opened_a_connection_follows_from_its_direction(tmp_path: Path) -> None:
    events = batch("flow", {"network.direction": "outbound"}, {"network.direction": "inbound"}, {})

    assert rows(tmp_path, {"a": {"Initiated": "true"}, "condition": "a"}, events, "network_connection") == [0]


def test_a_rule_for_web_servers_leaves_out_what_our_people_fetch(tmp_path: Path) -> None:
    events = batch("http", {"url.original": "/x", "network.direction": "outbound"}, {"url.original": "/x"})

    assert rows(tmp_path, {"a": {"cs-uri": "/x"}, "condition": "a"}, events) == [1]


@pytest.mark.parametrize(
    "text",
    ["[" * 100, "a: &a 1\n" + "".join(f"b{n}: *a\n" for n in range(40)), "a: [" + "1," * 60_000 + "1]"],
)
def test_a_document_made_to_exhaust_its_reader_is_refused(text: str) -> None:
    with pytest.raises(CannotRun, match="line "):
        list(documents(text))


@pytest.mark.parametrize(
    "detection",
    [
        {"a": {"x|windash": "-a -b -c -d -e -f"}, "condition": "a"},
        {"a": {"x": "y"}, "condition": "(" * 50 + "a" + ")" * 50},
        {"a": {"x": "y"}, "condition": "a and " * 1000 + "a"},
        {"able": {"x": "y"}, "notable": {"x": "z"}, "condition": "notable"},
    ],
)
def test_a_rule_that_would_be_read_wrongly_or_without_end_is_refused(detection: dict[str, Any]) -> None:
    with pytest.raises(CannotRun):
        bounded({"detection": detection})
