"""Tampering, hidden links and footer marks of a home page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web

from sensors.probe.check.content import check_content
from sensors.probe.store import memory_state
from tests.probe_values import SETTINGS, TEXT, home, results, scope, serving, visit

DEFACED = "<html><title>Hacked</title><body><h1>Hacked by nobody</h1></body></html>"
FIRST = replace(SETTINGS, auto_approve_first=True)


async def shown(*pages: str) -> list[dict[str, str]]:
    """Results of looks at a site whose page changes; the first clean one becomes the baseline."""
    at = 0

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=pages[at], content_type="text/html")

    found = []
    state = memory_state()
    async with serving(answer) as site:
        from tests.probe_values import means

        given = scope(site.port)
        wired = means(given, FIRST, state)
        for number in range(len(pages)):
            at = number
            looking = replace(visit(given, FIRST), means=wired)
            found.append(results(await check_content(looking)))
    return found


async def test_without_a_baseline_nothing_is_claimed() -> None:
    async with serving(home()) as site:
        found = results(await check_content(visit(scope(site.port))))

    assert found == {
        "content/tamper": "unknown",
        "content/hidden-link": "pass",
        "content/footer-mark-missing": "pass",
    }


async def test_a_replaced_page_is_a_fault_and_an_edited_one_is_not() -> None:
    _, edited, replaced = await shown(home(), home(TEXT + "新增一条。"), DEFACED)

    assert edited["content/tamper"] == "pass"
    assert replaced["content/tamper"] == "fail"
    assert replaced["content/footer-mark-missing"] == "unknown"


async def test_a_hidden_link_of_the_trade_is_a_fault() -> None:
    bad = '<div style="display:none"><a href="http://bad.example/">澳门葡京</a></div>'
    _, found = await shown(home(), home().replace("</main>", f"{bad}</main>"))

    assert found["content/hidden-link"] == "fail"


@pytest.mark.parametrize("status", [500, 403])
async def test_an_error_page_is_not_a_changed_page(status: int) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="error")

    async with serving(answer) as site:
        found = results(await check_content(visit(scope(site.port))))

    assert set(found.values()) == {"unknown"}
