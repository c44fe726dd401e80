"""Acknowledging a call by its one-time link, on a phone and without an account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from analytics.lifecycle import IllegalMove
from console.accounts.tables import LOGIN_FAILURE
from console.audit.chain import record
from console.notify.tables import DELIVERY
from console.response import callouts
from console.response.level_tables import CALLOUT
from console.response.level_use_cases import called_by
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.i18n import language_of, mark, translator
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
WINDOW: Final = timedelta(minutes=15)
# Wrong links from one address, then it waits: a token cannot be guessed, but nobody needs to try.
MOST_WRONG: Final = 20
# How it stands among the failures of log-ins.
LINK: Final = "(link)"
WRONG: Final = mark("链接无效或已失效，请联系发信单位。")


@router.get("/a/{token}", include_in_schema=False)
def show(request: Request, here: Here, token: str) -> Response:
    row = _found(request, here, token)
    with here.reads.begin() as connection:
        call = _call(connection, row)
    return _page(request, row, call, token)


@router.post("/a/{token}", include_in_schema=False)
def acknowledge(request: Request, here: Here, token: str) -> Response:
    row, now = _found(request, here, token), here.clock()
    with here.engine.begin() as connection:
        call = _call(connection, row)
        if call is not None:
            try:
                callouts.acknowledge(connection, call.id, call.person[:60], now, "link")
            except IllegalMove:
                # The response ended before the answer came: the page says so.
                return _page(request, row, call, token)
        elif row.acked_at is None:
            _note(connection, row, now)
        row = connection.execute(select(DELIVERY).where(DELIVERY.c.id == row.id)).one()
        call = _call(connection, row)
    return _page(request, row, call, token)


def _page(request: Request, row: Row[Any], call: Row[Any] | None, token: str) -> Response:
    values: dict[str, Any] = {"row": row, "call": call, "token": token, "path": f"/a/{token}"}
    return page(request, None, "response/acknowledge.html", **values)


def _found(request: Request, here: Desk, token: str) -> Row[Any]:
    """The message of a link; 404 for one that is none, 429 after too many of those.

    A link that is good works however many bad ones came from the same address: a whole office may share one.
    """
    address, now = (request.client.host if request.client else "")[:60], here.clock()
    mine = (LOGIN_FAILURE.c.login == LINK, LOGIN_FAILURE.c.address == address)
    with answered(), here.reads.begin() as connection:
        lately = select(func.count()).select_from(LOGIN_FAILURE).where(*mine, LOGIN_FAILURE.c.at > now - WINDOW)
        row = called_by(connection, token)
        limited = row is None and connection.execute(lately).scalar_one() >= MOST_WRONG
    if limited:
        raise HTTPException(429, headers={"retry-after": str(int(WINDOW.total_seconds()))})
    if row is None:
        with here.engine.begin() as connection:
            connection.execute(delete(LOGIN_FAILURE).where(*mine, LOGIN_FAILURE.c.at <= now - WINDOW))
            connection.execute(insert(LOGIN_FAILURE).values(at=now, login=LINK, address=address))
        raise HTTPException(404, translator(language_of(request))(WRONG))
    return row


def _call(connection: Connection, row: Row[Any]) -> Row[Any] | None:
    return connection.execute(select(CALLOUT).where(CALLOUT.c.delivery_id == row.id)).one_or_none()


def _note(connection: Connection, row: Row[Any], now: datetime) -> None:
    mine = (DELIVERY.c.id == row.id, DELIVERY.c.acked_at.is_(None))
    connection.execute(update(DELIVERY).where(*mine).values(acked_at=now, acked_by=row.recipient[:60]))
    detail = {"recipient": row.recipient, "how": "link"}
    record(connection, at=now, actor="-", action="message.acknowledge", object=f"message/{row.id}", detail=detail)
