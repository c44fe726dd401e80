"""Sending spooled segments to the platform: oldest first, kept until the platform says it has them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import aiohttp

from sensors.emit.spool import Spool

# 201 stored, 200 had it: the spool may forget it. These never will be taken; anything else is tried again.
TAKEN: Final = (200, 201)
NEVER: Final = (400, 413, 422)
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
_TYPE: Final = "application/vnd.apache.arrow.file"
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one segment: `taken`, `refused` for ever, or `kept` for a later try, with the reason."""

    kind: Literal["taken", "refused", "kept"]
    reason: str = ""


async def send(client: aiohttp.ClientSession, url: str, token: str, path: Path) -> Sent:
    """Offer one segment to the platform at `url`."""
    content = await asyncio.to_thread(path.read_bytes)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": _TYPE, "X-Segment": path.stem}
    try:
        async with client.post(f"{url.rstrip('/')}/ingest/segments", data=content, headers=headers) as answer:
            said = (await answer.content.read(512)).decode("utf-8", "replace").strip()
            if answer.status in TAKEN:
                return Sent("taken")
            kind: Literal["refused", "kept"] = "refused" if answer.status in NEVER else "kept"
            return Sent(kind, f"{answer.status} {said}")
    except (aiohttp.ClientError, TimeoutError) as error:
        return Sent("kept", f"{url} cannot be reached ({error or type(error).__name__})")


async def run(
    spool: Spool,
    url: str,
    token: str,
    stop: asyncio.Event,
    chance: Callable[[], float],
    look: float = 1.0,
) -> None:
    """Send whatever the spool holds until `stop`; after a failure wait longer each time, with jitter from `chance`."""
    pause = FIRST_PAUSE
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as client:
        while not stop.is_set():
            kept = await _round(client, spool, url, token, stop)
            if kept:
                _LOG.warning("%s; trying again in %.0f s", kept, pause)
            await _rest(stop, pause * (0.5 + chance()) if kept else look)
            pause = min(pause * 2, LONGEST_PAUSE) if kept else FIRST_PAUSE


async def _round(client: aiohttp.ClientSession, spool: Spool, url: str, token: str, stop: asyncio.Event) -> str:
    for path in spool.pending():
        if stop.is_set():
            return ""
        sent = await send(client, url, token, path)
        if sent.kind == "taken":
            spool.done(path)
        elif sent.kind == "refused":
            _LOG.error("segment %s is refused for ever: %s", path.stem, sent.reason)
            spool.refuse(path, sent.reason)
        else:
            return sent.reason
    return ""


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
