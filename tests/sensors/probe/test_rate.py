"""One address is asked only so often, by so many connections."""

from __future__ import annotations

import asyncio

from sensors.probe.rate import Politeness


async def test_requests_to_one_address_are_spaced() -> None:
    waits: list[float] = []
    now = [0.0]

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    polite = Politeness(2.0, 1, lambda: now[0], sleep)
    for _ in range(3):
        async with polite.turn("10.0.0.1"):
            now[0] += 0.1
    async with polite.turn("10.0.0.2"):
        pass

    assert [round(wait, 3) for wait in waits] == [0.4, 0.4]


async def test_no_more_connections_than_allowed_are_open_at_a_time() -> None:
    polite = Politeness(1e12, 2, lambda: 1.0, asyncio.sleep)
    inside, most = 0, 0

    async def ask() -> None:
        nonlocal inside, most
        async with polite.turn("10.0.0.1"):
            inside += 1
            most = max(most, inside)
            for _ in range(5):
                await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(ask() for _ in range(8)))

    assert most == 2
