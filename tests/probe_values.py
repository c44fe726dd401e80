"""A site on loopback, the scope that names it, and the means a probe asks it with."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from sensors.probe.answer import Page, Timings
from sensors.probe.context import Means, Visit
from sensors.probe.scope import Scope, parse_scope
from sensors.probe.sensor import means_of
from sensors.probe.settings import ProbeSettings
from sensors.probe.store import memory_state

HOST = "127.0.0.1"
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECOND = timedelta(seconds=1)
SETTINGS = ProbeSettings(
    timeout=2 * SECOND,
    requests_per_second=1000.0,
    connections_per_address=4,
    confirm_delay=timedelta(0),
    dns_timeout=SECOND,
    jitter=0.0,
    spread=timedelta(0),
    batch_delay=timedelta(0),
)
HOME = """<!doctype html>
<html><head><title>示例县人民政府</title></head><body><div id="top"><ul>
<li><a href="/a">政务公开</a></li><li><a href="/b">办事服务</a></li></ul></div>
<main><article><h1>要闻</h1><p>{text}</p></article></main>
<footer><p>蜀ICP备12345678号 川公网安备51330102000001号 政府网站标识码 5133010001</p></footer></body></html>"""
TEXT = "全县经济工作会议召开，部署明年重点任务，强调要统筹发展与安全，改善民生，保护生态，" * 12


def home(text: str = TEXT) -> str:
    """An ordinary home page."""
    return HOME.format(text=text)


def document(port: int, **entry: Any) -> dict[str, Any]:
    """A scope document with one site on loopback."""
    now = datetime.now(UTC)
    begin, end = ((now + timedelta(days=days)).isoformat() for days in (-1, 1))
    site = {
        "site": "s-1",
        "unit": "U-1",
        "name": "示例",
        "urls": [f"http://{HOST}:{port}/"],
        "hosts": [HOST],
        "addresses": [f"{HOST}/32"],
        "ports": [port],
        "level": 2,
        "valid_until": end,
        "authorisation": "A-1",
    }
    return {
        "schema": 1,
        "id": "scope-1",
        "issued_by": "test",
        "valid_from": begin,
        "valid_until": end,
        "sites": [site | entry],
    }


def scope(port: int, **entry: Any) -> Scope:
    """That document as a scope."""
    return parse_scope(document(port, **entry))


@dataclass(slots=True)
class Site:
    """A web server on loopback that notes what it was asked."""

    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its home page."""
        return f"http://{HOST}:{self.port}/"


@asynccontextmanager
async def serving(answer: Answering | str | Mapping[str, str]) -> AsyncIterator[Site]:
    """A site that answers so: a function, one page for every path, or pages by path and 404 for the rest."""
    site = Site()

    async def handle(request: web.Request) -> web.StreamResponse:
        site.asked.append(f"{request.method} {request.path_qs}")
        if callable(answer):
            return await answer(request)
        text = answer if isinstance(answer, str) else answer.get(request.path)
        if text is None:
            return web.Response(status=404, text="nothing here")
        return web.Response(text=text, content_type="text/html")

    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    listening = web.TCPSite(runner, HOST, 0)
    await listening.start()
    site.port = runner.addresses[0][1]
    try:
        yield site
    finally:
        await runner.cleanup()


def means(
    given: Scope | None, settings: ProbeSettings = SETTINGS, state: sqlite3.Connection | None = None, **changed: Any
) -> Means:
    """Everything a check needs, under this scope."""
    return replace(means_of(lambda: given, state or memory_state(), settings), **changed)


def visit(given: Scope, settings: ProbeSettings = SETTINGS, **changed: Any) -> Visit:
    """A visit to the first site of a scope."""
    return Visit(given.sites[0], means(given, settings, **changed))


def page(text: str = "", status: int = 200, headers: tuple[tuple[str, str], ...] = (), url: str = "http://x/") -> Page:
    """An answer as the fetcher gives it."""
    return Page(url, status, headers, text.encode(), text, HOST, Timings())


def results(outcomes: Any) -> dict[str, str]:
    """The result of each check."""
    return {outcome.check_id: outcome.result for outcome in outcomes}
