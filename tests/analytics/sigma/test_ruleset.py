"""Loading rules: each document is an entry that runs, or one that says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analytics.sigma.ruleset import Ruleset, shipped

GOOD = {
    "title": "Good",
    "id": "5f113a8f-8b61-41ca-b90f-d374fa7e4a39",
    "name": "good",
    "logsource": {"category": "webserver"},
    "detection": {"a": {"cs-uri-query|contains": "x"}, "condition": "a"},
    "level": "high",
}


def entries(tmp_path: Path, *documents: object) -> list[tuple[bool, str | None]]:
    text = "---\n".join(yaml.safe_dump(document, sort_keys=False) for document in documents)
    (tmp_path / "rules.yml").write_text(text, encoding="utf-8")
    return [(entry.runs, entry.reason) for entry in Ruleset.load([tmp_path]).entries]


def changed(**keys: object) -> dict[str, object]:
    return {**GOOD, **keys}


def test_every_document_of_a_file_is_an_entry(tmp_path: Path) -> None:
    assert (
        entries(tmp_path, GOOD, changed(title="Other", id="6f113a8f-8b61-41ca-b90f-d374fa7e4a39")) == [(True, None)] * 2
    )


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (changed(logsource={"category": "process_creation"}), "is not served"),
        (changed(detection={"a": {"Image": "x"}, "condition": "a"}), "field 'Image' is not collected"),
        (changed(detection={"a": {"cs-uri|re": "(a"}, "condition": "a"}), "a"),
        (changed(detection={"a": {"cs-uri|re": "(?=a)b"}, "condition": "a"}), "linear time"),
        (changed(detection={"a": {"cs-uri": "x"}, "condition": "a | count() > 5"}), "pipe syntax"),
        (changed(detection={"a": {"cs-uri|expand": "%x%"}, "condition": "a"}), "placeholder"),
        (changed(detection={"a": {"cs-uri": "x"}, "condition": "b"}), "b"),
        (changed(detection={"a": {"cs-uri|gt": 5}, "condition": "a"}), "comparisons need a number"),
        (changed(detection={"a": {"sc-status": "many"}, "condition": "a"}), "is no number"),
        (changed(detection="text"), "etection"),
        (["a list"], "table of keys"),
        ({"title": "nothing"}, "log source"),
    ],
)
def test_a_rule_that_cannot_run_says_why(tmp_path: Path, document: object, words: str) -> None:
    [(runs, reason)] = entries(tmp_path, document)

    assert not runs
    assert words in (reason or "")


@pytest.mark.parametrize("text", ["a: [1", "\x00", "", "a: &a [*a]", "!!python/object:os.system x"])
def test_a_file_that_is_no_yaml_rule_is_one_entry(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.yml").write_text(text, encoding="utf-8")

    [entry] = Ruleset.load([tmp_path]).entries

    assert not entry.runs
    assert entry.reason


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "huge.yml").write_bytes(b"a" * (2 * 1024 * 1024))

    assert "larger than" in (Ruleset.load([tmp_path]).entries[0].reason or "")


def test_a_correlation_of_a_rule_that_is_not_there_does_not_run(tmp_path: Path) -> None:
    correlation = {"type": "event_count", "rules": ["nowhere"], "timespan": "5m", "condition": {"gte": 3}}

    [(runs, reason)] = entries(tmp_path, {"title": "C", "name": "c", "correlation": correlation})

    assert not runs
    assert "'nowhere'" in (reason or "")


def test_a_correlation_over_a_field_that_is_not_collected_is_refused(tmp_path: Path) -> None:
    condition = {"field": "no-such-field", "gte": 3}
    correlation = {"type": "value_sum", "rules": ["good"], "timespan": "5m", "condition": condition}

    found = entries(tmp_path, GOOD, {"title": "C", "name": "c", "correlation": correlation})

    assert "'no-such-field'" in (found[1][1] or "")


def test_our_own_pack_runs_whole() -> None:
    assert [entry.reason for entry in Ruleset.load(shipped()).entries if not entry.runs] == []
