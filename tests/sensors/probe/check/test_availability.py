"""Whether the home page opens."""

from __future__ import annotations

import pytest
from aiohttp import web

from sensors.probe.check.availability import check_availability
from tests.probe_values import home, scope, serving, visit


async def test_a_page_that_opens_is_clean() -> None:
    async with serving(home()) as site:
        [outcome] = await check_availability(visit(scope(site.port)))

    assert outcome.result == "pass"
    assert outcome.facts["http.response.status_code"] == 200


@pytest.mark.parametrize(("status", "result"), [(500, "fail"), (404, "fail"), (429, "blocked"), (301, "pass")])
async def test_other_answers_count_for_what_they_are(status: int, result: str) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="x", headers={"Location": "http://elsewhere.example/"})

    async with serving(answer) as site:
        [outcome] = await check_availability(visit(scope(site.port)))

    assert outcome.result == result


async def test_no_answer_is_a_fault_and_no_permission_is_none() -> None:
    async with serving("x") as site:
        port = site.port
    given = scope(port)

    assert (await check_availability(visit(given)))[0].result == "fail"
    assert (await check_availability(visit(scope(port, ports=[1]))))[0].result == "unknown"
