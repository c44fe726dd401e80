"""Fetching is bounded in bytes, time and redirects, and never leaves the scope."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from sensors.probe.answer import Failure, Method, Page
from tests.probe_values import HOST, SETTINGS, means, scope, serving


async def test_a_page_is_read_with_its_text_and_timings() -> None:
    async with serving("<p>你好</p>") as site:
        got = await means(scope(site.port)).fetcher.fetch(site.url)

    assert isinstance(got, Page)
    assert (got.status, got.text, got.address, got.cut) == (200, "<p>你好</p>", HOST, None)
    assert got.timings.total


async def test_of_a_page_of_200_mb_only_the_limit_is_read() -> None:
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Length": str(200 << 20)})
        await response.prepare(request)
        try:
            while sent < 200 << 20:
                await response.write(b"x" * 65536)
                sent += 65536
        except (ConnectionError, asyncio.CancelledError):
            pass
        return response

    async with serving(flood) as site:
        got = await means(scope(site.port), replace(SETTINGS, body_limit=200_000)).fetcher.fetch(site.url)

    assert isinstance(got, Page)
    assert (len(got.body), got.cut) == (200_000, "size")
    assert sent < 50 << 20


async def test_a_body_that_never_ends_is_left_after_the_time() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x")
                await asyncio.sleep(0.02)
        except (ConnectionError, asyncio.CancelledError):
            pass
        return response

    async with serving(drip) as site:
        settings = replace(SETTINGS, timeout=timedelta(milliseconds=300))
        got = await means(scope(site.port), settings).fetcher.fetch(site.url)

    assert isinstance(got, Page)
    assert got.cut == "time"


async def test_a_server_that_says_nothing_is_a_timeout() -> None:
    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    async with serving(silent) as site:
        settings = replace(SETTINGS, timeout=timedelta(milliseconds=200))
        got = await means(scope(site.port), settings).fetcher.fetch(site.url)

    assert isinstance(got, Failure)
    assert got.kind == "timeout"


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:{}/", "http://metadata.example/", "ftp://127.0.0.1/", "file:///etc/passwd"]
)
async def test_a_redirect_out_of_scope_is_recorded_and_not_followed(target: str) -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": target.format(request.url.port)})

    async with serving(away) as site:
        got = await means(scope(site.port)).fetcher.fetch(site.url)
        asked = list(site.asked)

    assert isinstance(got, Page)
    assert got.hops[-1].refused
    assert asked == ["GET /"]


async def test_redirects_that_go_round_end() -> None:
    async def round_(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/"})

    async with serving(round_) as site:
        got = await means(scope(site.port)).fetcher.fetch(site.url)
        asked = len(site.asked)

    assert isinstance(got, Page)
    assert asked == SETTINGS.max_redirects + 1


async def test_an_address_outside_the_scope_is_never_connected_to() -> None:
    async with serving("x") as site:
        got = await means(scope(1)).fetcher.fetch(site.url)
        nothing = await means(None).fetcher.fetch(site.url)
        asked = list(site.asked)

    assert isinstance(got, Failure)
    assert isinstance(nothing, Failure)
    assert {got.kind, nothing.kind} == {"scope"}
    assert asked == []


@pytest.mark.parametrize("method", list(Method))
async def test_only_reading_methods_exist(method: Method) -> None:
    async with serving("x") as site:
        await means(scope(site.port)).fetcher.fetch(site.url, method)
        asked = list(site.asked)

    assert asked == [f"{method.value} /"]
    assert {one.value for one in Method} == {"GET", "HEAD", "OPTIONS"}


async def test_a_closed_port_is_a_failure_to_connect() -> None:
    async with serving("x") as site:
        port = site.port
    got = await means(scope(port)).fetcher.fetch(f"http://{HOST}:{port}/")

    assert isinstance(got, Failure)
    assert got.kind == "connect"
