"""Sending: nothing is forgotten before the platform has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from sensors.contract.segment import decode
from sensors.emit.sender import run
from sensors.emit.spool import Spool
from tests.factories import batch


class Platform:
    """A pretend platform: what it answers next, and what it got."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[str] = []
        self.tokens: set[str] = set()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers["Authorization"])
        status = self.answers.pop(0) if self.answers else 201
        if status in (200, 201):
            self.got.append(str(decode(await request.read()).id))
        return web.Response(status=status, text="because")


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[Platform]:
    pretend = Platform()
    application = web.Application()
    application.router.add_post("/ingest/segments", pretend.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pretend.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield pretend
    await runner.cleanup()


class Watched(Spool):
    """The same spool, which stops the sender when nothing is left in it."""

    def __init__(self, spool: Spool, stop: asyncio.Event) -> None:
        super().__init__(spool.folder, spool.sensor)
        self._stop = stop

    def done(self, path: Path) -> None:
        super().done(path)
        if not self.pending():
            self._stop.set()


async def sent_empty(spool: Spool, platform: Platform) -> None:
    """Run the sender until the spool is empty; fail after twenty seconds."""
    stop = asyncio.Event()
    async with asyncio.timeout(20):
        await run(Watched(spool, stop), platform.url, "secret", stop, lambda: -0.49, look=0.01)


def filled(tmp_path: Path, count: int = 3) -> Spool:
    spool = Spool(tmp_path, "s1")
    for _ in range(count):
        spool.put(batch("http", {}))
    return spool


async def test_segments_go_out_oldest_first_with_the_token(tmp_path: Path, platform: Platform) -> None:
    await sent_empty(filled(tmp_path), platform)

    assert platform.got == ["s1-000001", "s1-000002", "s1-000003"]
    assert platform.tokens == {"Bearer secret"}


async def test_what_the_platform_could_not_take_is_sent_again(tmp_path: Path, platform: Platform) -> None:
    platform.answers = [503, 507, 401, 201, 200]

    await sent_empty(filled(tmp_path), platform)

    assert platform.got == ["s1-000001", "s1-000002", "s1-000003"]


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_what_will_never_be_taken_is_set_aside_with_its_reason(
    tmp_path: Path, platform: Platform, status: int
) -> None:
    platform.answers = [status]

    await sent_empty(filled(tmp_path), platform)

    assert platform.got == ["s1-000002", "s1-000003"]
    assert "because" in (tmp_path / "refused" / "s1-000001.reason.txt").read_text()


async def test_an_unreachable_platform_costs_nothing(tmp_path: Path) -> None:
    spool = filled(tmp_path)
    stop = asyncio.Event()
    task = asyncio.create_task(run(spool, "http://127.0.0.1:9", "secret", stop, lambda: 0.5))
    await asyncio.sleep(0.05)
    stop.set()
    await task

    assert len(spool.pending()) == 3
