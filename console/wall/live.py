"""The screen's own live channel: everything now and then, and in between what changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from console.accounts import sessions
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.wall.board import Board, Shown, look_of
from console.wall.kiosk import is_masked
from console.web.desk import Desk, desk
from console.web.settings import WebSettings

router = APIRouter()


@router.get("/wall/live", include_in_schema=False)
async def live(
    request: Request, here: Annotated[Desk, Depends(desk)], who: Annotated[Viewer, Depends(viewer("wall.read"))]
) -> StreamingResponse:
    return StreamingResponse(
        _stream(request, here, who),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no", "cache-control": "no-store"},
    )


async def _stream(request: Request, here: Desk, who: Viewer) -> AsyncIterator[str]:
    settings: WebSettings = request.app.state.settings
    closing: asyncio.Event = request.app.state.closing
    board: Board = request.app.state.board
    token = request.cookies.get(sessions.COOKIE, "")
    has: Mapping[str, str] = {}
    quiet, whole = 0.0, settings.wall_whole
    yield "retry: 3000\n\n"
    while not closing.is_set() and not await request.is_disconnected():
        shown = await run_in_threadpool(_look, here, who, token, board)
        if shown is None:
            yield "event: ended\ndata: session\n\n"
            return
        if whole >= settings.wall_whole:
            whole = quiet = 0.0
            yield message("snapshot", shown, shown.parts)
        elif changed := shown.since(has):
            quiet = 0.0
            yield message("delta", shown, changed)
        elif quiet >= settings.live_heartbeat:
            quiet = 0.0
            # Says how old the numbers are, so that a page grows stale only when they do.
            yield message("delta", shown, {})
        has, quiet, whole = shown.digests, quiet + settings.live_poll, whole + settings.live_poll
        await _pause(closing, settings.live_poll)


def message(name: str, shown: Shown, parts: Mapping[str, str]) -> str:
    """One message of the channel."""
    taken = shown.taken
    at = taken.at.isoformat() if taken.at else None
    age = (taken.now - taken.at).total_seconds() if taken.at else None
    return f"event: {name}\ndata: {json.dumps({'at': at, 'age': age, 'parts': parts}, ensure_ascii=False)}\n\n"


def _look(here: Desk, who: Viewer, token: str, board: Board) -> Shown | None:
    now = here.clock()
    with here.reads.begin() as connection:
        if sessions.find(connection, token, now) is None:
            return None
        masked = is_masked(connection, token)
    return board.show(here.reads, look_of(who, masked), now)


async def _pause(closing: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(closing.wait(), seconds)
    except TimeoutError:
        return
