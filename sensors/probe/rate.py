"""Politeness: how often, and by how many connections at a time, one address may be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Turn:
    slots: asyncio.Semaphore
    order: asyncio.Lock
    free_at: float = 0.0


@dataclass(slots=True)
class Politeness:
    """Spaces requests per address, whichever site they are for: county sites share one platform."""

    per_second: float
    connections: int
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    _turns: dict[str, _Turn] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait for a turn at an address and hold it while the request runs."""
        turn = self._turns.get(address)
        if turn is None:
            turn = self._turns[address] = _Turn(asyncio.Semaphore(self.connections), asyncio.Lock())
        async with turn.slots:
            async with turn.order:
                wait = turn.free_at - self.clock()
                if wait > 0:
                    await self.sleep(wait)
                turn.free_at = self.clock() + 1 / self.per_second
            yield
