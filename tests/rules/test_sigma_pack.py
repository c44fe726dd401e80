"""Our own rules: each in its place, with its words and its case."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from analytics.sigma.ruleset import Ruleset
from sensors.contract.batch import EventBatch
from tests.factories import NOON

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted((ROOT / "rules" / "sigma").rglob("*.yml"))
CORRELATIONS = sorted((ROOT / "rules" / "correlation").glob("*.yml"))
CASES = Path(__file__).parent / "sigma"


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return document


def hits(path: Path, row: dict[str, Any]) -> bool:
    dataset = row.pop("dataset")
    events = EventBatch.from_documents(dataset, [{"@timestamp": NOON, **row}])
    return bool(Ruleset.load([path]).match(events))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_matches_its_cases_and_not_the_others(path: Path) -> None:
    case = read(CASES / path.name)

    assert case["matches"]
    assert case["does_not_match"]
    assert [row for row in case["matches"] if not hits(path, dict(row))] == []
    assert [row for row in case["does_not_match"] if hits(path, dict(row))] == []


@pytest.mark.parametrize("path", [*RULES, *CORRELATIONS], ids=lambda path: path.stem)
def test_a_rule_is_whole(path: Path) -> None:
    rule = read(path)

    assert rule["name"] == path.stem
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", rule["id"])
    assert rule["level"] in ("informational", "low", "medium", "high", "critical")
    assert rule["description"].endswith(".")
    assert any(re.fullmatch(r"attack\.t\d{4}(\.\d{3})?", tag) for tag in rule["tags"])
    assert set(rule["gongga"]["sentence"]) == {"zh", "en"}
    assert re.fullmatch(r"\d\d\.\d\d", rule["gongga"]["class"])
    if "logsource" in rule:
        assert path.parent.name == rule["logsource"]["category"]


def test_no_id_is_used_twice() -> None:
    ids = [read(path)["id"] for path in [*RULES, *CORRELATIONS]]

    assert len(ids) == len(set(ids))
