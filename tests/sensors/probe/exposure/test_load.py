"""Rules load, or say in one sentence why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.probe.exposure.load import load_folder, load_rule, shipped_rules
from sensors.probe.exposure.rule import Refused, Rule

GOOD = """
id: x
info: {name: X, severity: high}
http:
  - method: GET
    path: ["{{BaseURL}}/x"]
    matchers:
      - {type: status, status: [200]}
"""


def test_a_rule_loads() -> None:
    rule = load_rule(GOOD, "x.yml")

    assert isinstance(rule, Rule)
    assert (rule.id, rule.severity) == ("x", "high")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("method: GET", "method: POST"),
        ("method: GET", "method: GET\n    body: x=1"),
        ("type: status, status: [200]", "type: dsl, dsl: ['x']"),
        ("{{BaseURL}}/x", "{{BaseURL}}/{{interactsh-url}}"),
        ("{{BaseURL}}/x", "http://elsewhere.example/x"),
        ("id: x", "id: x\nflow: http(1)"),
        ("http:", "tcp:"),
        ("status: [200]", "regex: ['(']"),
        ("id: x", "id: [x"),
        ("{{BaseURL}}/x", "{{BaseURL}}/x?q=../../etc/passwd\\r\\nX: y"),
    ],
)
def test_what_is_not_safe_or_not_understood_is_refused_with_a_reason(old: str, new: str) -> None:
    found = load_rule(GOOD.replace(old, new), "x.yml")

    assert isinstance(found, Refused), found
    assert found.detail


def test_a_rule_too_large_to_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.yml").write_text(GOOD + "# " + "x" * 300_000)

    assert load_folder(tmp_path)[0] == []


def test_a_folder_gives_every_rule_a_line(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00")

    rules, refused = load_folder(tmp_path)

    assert [rule.id for rule in rules] == ["x"]
    assert len(refused) == 1


def test_our_own_rules_run() -> None:
    assert len(shipped_rules()) >= 10


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_no_text_breaks_it(text: str) -> None:
    load_rule(text, "x.yml")
    load_rule(GOOD.replace("200", text), "x.yml")
