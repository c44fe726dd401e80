"""The live channel: open pages hear what changed, within their scope, and when the desk itself goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, Row, func, or_, select
from starlette.concurrency import run_in_threadpool

from analytics.db import CHANGE, SITE
from console.accounts import sessions
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.web.changes import TOPICS
from console.web.desk import Desk, desk
from console.web.scope import condition
from console.web.settings import WebSettings

# More than a page can use at once; the rest follows at the next look.
_MOST: Final = 200

router = APIRouter()


@dataclass(frozen=True, slots=True)
class News:
    """One change that a viewer may know of."""

    id: int
    topic: str
    ref: str


@router.get("/live", include_in_schema=False)
async def live(
    request: Request, here: Annotated[Desk, Depends(desk)], who: Annotated[Viewer, Depends(viewer("self"))]
) -> StreamingResponse:
    # A browser that lost the line sends the header; a page that comes back from the background sends the query.
    last = request.headers.get("last-event-id") or request.query_params.get("after", "")
    since = int(last) if last.isdecimal() and len(last) < 19 else None
    return StreamingResponse(
        _stream(request, here, who, since),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no", "cache-control": "no-store"},
    )


async def _stream(request: Request, here: Desk, who: Viewer, since: int | None) -> AsyncIterator[str]:
    settings: WebSettings = request.app.state.settings
    closing: asyncio.Event = request.app.state.closing
    token = request.cookies.get(sessions.COOKIE, "")
    after = await run_in_threadpool(_newest, here) if since is None else since
    yield f"retry: 2000\nid: {after}\nevent: hello\ndata: {after}\n\n"
    quiet = 0.0
    while not closing.is_set() and not await request.is_disconnected():
        news, after, alive = await run_in_threadpool(_look, here, who, after, token)
        if not alive:
            # The session ended: the page is told, and asks for a log-in when next touched.
            yield "event: ended\ndata: session\n\n"
            return
        for one in news:
            yield f"id: {one.id}\nevent: {one.topic}\ndata: {one.ref}\n\n"
        quiet = 0.0 if news else quiet + settings.live_poll
        if quiet >= settings.live_heartbeat:
            quiet = 0.0
            yield ": alive\n\n"
        await _pause(closing, settings.live_poll)


async def _pause(closing: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(closing.wait(), seconds)
    except TimeoutError:
        return


def _newest(here: Desk) -> int:
    with here.reads.begin() as connection:
        return connection.execute(select(func.max(CHANGE.c.id))).scalar() or 0


def _look(here: Desk, who: Viewer, after: int, token: str) -> tuple[list[News], int, bool]:
    with here.reads.begin() as connection:
        if sessions.find(connection, token, here.clock()) is None:
            return [], after, False
        news = news_since(connection, who, after)
        newest = connection.execute(select(func.max(CHANGE.c.id))).scalar() or 0
    # Beyond the last one sent nothing of the viewer's is left, unless the look was cut short.
    return news, news[-1].id if len(news) == _MOST else max(after, newest), True


def news_since(connection: Connection, who: Viewer, after: int) -> list[News]:
    """Changes after this number that the viewer may know of: by permission, and by the site they belong to."""
    topics = [topic for topic, permission in TOPICS.items() if who.may(permission)]
    statement = select(CHANGE).where(CHANGE.c.id > after, CHANGE.c.topic.in_(topics))
    if not who.sees_all:
        mine = select(SITE.c.id).where(condition(SITE, who))
        statement = statement.where(or_(CHANGE.c.site_id.in_(mine), CHANGE.c.topic == "sensor"))
    return [_news(row) for row in connection.execute(statement.order_by(CHANGE.c.id).limit(_MOST))]


def _news(row: Row[Any]) -> News:
    # A ref travels in one line of the stream.
    return News(row.id, row.topic, " ".join(row.ref.split()))
