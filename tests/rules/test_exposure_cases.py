"""Every exposure rule on what it must find and on what it must leave alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from sensors.probe.check.exposure import check_exposure
from sensors.probe.exposure.load import shipped_rules
from tests.probe_values import means, scope, serving, visit

CASES: dict[str, dict[str, list[dict[str, Any]]]] = yaml.safe_load(
    (Path(__file__).parent / "exposure" / "cases.yml").read_text("utf-8")
)
EVERY = [(name, kind, case) for name, kinds in CASES.items() for kind, cases in kinds.items() for case in cases]


def test_every_rule_has_a_case_of_both_kinds() -> None:
    assert set(CASES) == {rule.id for rule in shipped_rules()}
    assert all(set(kinds) == {"match", "miss"} and all(kinds.values()) for kinds in CASES.values())


@pytest.mark.parametrize(("name", "kind", "case"), EVERY, ids=[f"{name}-{kind}" for name, kind, _ in EVERY])
async def test_a_rule_takes_an_answer_for_what_it_is(name: str, kind: str, case: dict[str, Any]) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path != case["path"]:
            return web.Response(status=404, text="nothing here")
        body = case["body"].encode("latin-1" if "\x03" in case["body"] else "utf-8")
        return web.Response(status=case.get("status", 200), body=body, content_type=case.get("type", "text/html"))

    async with serving(answer) as site:
        given = scope(site.port)
        rules = tuple(rule for rule in shipped_rules() if rule.id == name)
        wired = means(given, rules=rules, token=lambda: case["path"].strip("/"))
        if name != "debug-page":
            wired = means(given, rules=rules)
        outcomes = await check_exposure(visit(given, rules=rules, token=wired.token))

    assert ("fail" in {one.result for one in outcomes}) is (kind == "match")
