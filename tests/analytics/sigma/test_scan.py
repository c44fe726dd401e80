"""The compiled scan finds what an independent judge finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.sigma.ruleset import Ruleset
from analytics.sigma.sources import load_sources
from sensors.contract.batch import EventBatch
from tests.analytics.sigma.plain import Judge
from tests.factories import batch

WEB = next(source for source in load_sources() if source.name == "webserver")
FIELDS = {
    name: [f"decoded({text.column})" if text.decoded else text.column for text in texts]
    for name, texts in WEB.fields.items()
}
KEYWORDS = [f"decoded({text.column})" if text.decoded else text.column for text in WEB.keywords]

WORDS = ("a", "A", "ab", "union", "%75nion", "select", "x.jsp", "a*b", "a?b", "a\\b", "100%", "_", "", "公告", "a\nb")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("/".join)
VALUES = st.lists(
    st.sampled_from(("a", "B", "union", "*", "?", "\\*", "\\?", "\\\\", "x", "%", "告", ".jsp")), max_size=3
)
ROWS = st.fixed_dictionaries(
    {
        "url.original": st.none() | TEXTS,
        "url.path": st.none() | TEXTS,
        "user_agent.original": st.none() | TEXTS,
        "source.ip": st.sampled_from((None, "10.0.0.1", "203.0.113.9", "2001:db8::1")),
        "http.response.status_code": st.sampled_from((None, 200, 404, 500)),
    }
)
STRING_TESTS = st.tuples(
    st.sampled_from(("cs-uri-query", "cs-uri-stem", "cs-user-agent")),
    st.sampled_from(("", "|contains", "|startswith", "|endswith", "|contains|all", "|cased")),
    st.lists(VALUES.map("".join).filter(bool), min_size=1, max_size=3),
).map(lambda parts: {parts[0] + parts[1]: parts[2]})
OTHER_TESTS = st.sampled_from(
    (
        {"sc-status": 404},
        {"sc-status": ["200", 500]},
        {"sc-status|gt": 200},
        {"sc-status|lte": 404},
        {"cs-uri-stem": None},
        {"cs-user-agent|exists": True},
        {"cs-user-agent|exists": False},
        {"c-ip|cidr": "10.0.0.0/8"},
        {"c-ip|cidr": "2001:db8::/32"},
        {"cs-uri-query|re": "un.on"},
        {"cs-uri-query|re|i": "UN.ON|a$"},
    )
)
ITEMS = STRING_TESTS | OTHER_TESTS | st.lists(st.sampled_from(("union", "a*b", "x")), min_size=1, max_size=2)
CONDITIONS = st.sampled_from(
    ("a", "not a", "a and b", "a or b", "a and not b", "not (a or b)", "1 of them", "all of them", "a and not 1 of b*")
)


def rule_of(detection: dict[str, Any]) -> str:
    document = {
        "title": "t",
        "id": "5f113a8f-8b61-41ca-b90f-d374fa7e4a39",
        "logsource": {"category": "webserver"},
        "detection": detection,
        "level": "low",
    }
    return yaml.safe_dump(document, allow_unicode=True)


def matched(folder: Path, text: str, events: EventBatch) -> tuple[set[int], str | None]:
    path = folder / "rule.yml"
    path.write_text(text, encoding="utf-8")
    ruleset = Ruleset.load([path])
    rows = {int(row) for match in ruleset.match(events) for row in match.rows}
    return rows, ruleset.entries[0].reason


@settings(max_examples=250, deadline=None)
@given(ITEMS, ITEMS, CONDITIONS, st.lists(ROWS, min_size=1, max_size=8))
def test_any_rule_matches_what_the_judge_says(
    tmp_path_factory: pytest.TempPathFactory, a: Any, b: Any, condition: str, rows: list[dict[str, Any]]
) -> None:
    detection = {"a": a, "b": b, "condition": condition}
    found, reason = matched(tmp_path_factory.getbasetemp(), rule_of(detection), batch("http", *rows))
    wanted = {number for number, row in enumerate(rows) if Judge(detection, FIELDS, KEYWORDS).holds(row)}

    assert reason is None
    assert found == wanted


def test_a_proxy_rule_sees_outbound_requests_only(tmp_path: Path) -> None:
    text = rule_of({"a": {"cs-host": "bad.example"}, "condition": "a"}).replace("webserver", "proxy")
    row = {"url.domain": "bad.example"}
    events = batch("http", {**row, "network.direction": "outbound"}, {**row, "network.direction": "inbound"}, row)

    assert matched(tmp_path, text, events) == ({0}, None)


def test_lists_match_when_any_member_does(tmp_path: Path) -> None:
    text = rule_of({"a": {"answer": "1.2.3.4"}, "condition": "a"}).replace("webserver", "dns")
    events = batch("dns", {"gongga.dns.answers": ["x", "1.2.3.4"]}, {"gongga.dns.answers": []}, {})

    assert matched(tmp_path, text, events) == ({0}, None)
