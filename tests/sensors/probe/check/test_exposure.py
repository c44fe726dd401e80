"""Exposure rules on a site: what is there, what only looks so, and when to stop."""

from __future__ import annotations

from aiohttp import web

from sensors.probe.check.exposure import alike, check_exposure, fill
from tests.probe_values import page, scope, serving, visit

GIT = {"/.git/config": "[core]\n\trepositoryformatversion = 0\n"}


async def test_what_is_exposed_is_a_fault_with_its_excerpt() -> None:
    async with serving(GIT) as site:
        outcomes = await check_exposure(visit(scope(site.port)))
        asked = list(site.asked)
    faults = [one for one in outcomes if one.result == "fail"]

    assert [(one.check_id, one.location) for one in faults] == [("exposure/git", "/.git/config")]
    assert "[core]" in faults[0].evidence
    assert not [line for line in asked if not line.startswith("GET ")]
    assert "GET /.git/HEAD" not in asked


async def test_a_site_that_answers_everything_with_one_page_exposes_nothing() -> None:
    async with serving("<html><title>Nacos</title> console-ui/public 后台 <input type=password></html>") as site:
        outcomes = await check_exposure(visit(scope(site.port)))

    assert [one.check_id for one in outcomes if one.result == "fail"] == []


async def test_an_ordered_retest_asks_for_one_rule_only() -> None:
    async with serving(GIT) as site:
        given = scope(site.port)
        from dataclasses import replace

        outcomes = await check_exposure(replace(visit(given), only="exposure/git"))

    assert {one.check_id for one in outcomes} == {"exposure/git"}


async def test_after_some_refusals_of_a_guard_it_stops_asking() -> None:
    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.Response(status=429, text="slow down")

    async with serving(refuse) as site:
        outcomes = await check_exposure(visit(scope(site.port)))
        asked = len(site.asked)

    assert {one.result for one in outcomes} == {"blocked"}
    assert asked <= 8


def test_pages_alike_but_for_their_numbers() -> None:
    assert alike(page("not found 123: /alpha", url="http://x/alpha"), page("not found 9: /beta", url="http://x/beta"))
    assert not alike(page("a b c d e f"), page("quite another page altogether"))


def test_a_path_gets_the_names_of_the_site() -> None:
    assert fill("{{BaseURL}}/{{FQDN}}.zip", {"BaseURL": "http://x", "FQDN": "www.x"}) == "http://x/www.x.zip"
