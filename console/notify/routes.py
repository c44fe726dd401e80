"""The list of messages to people, and sending one again."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.notify import use_cases
from console.notify.channels import CHANNELS, is_any_set
from console.notify.queries import STATES, Filter, attempts, document, messages
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("response.read"))]
Worker = Annotated[Viewer, Depends(viewer("response.work"))]


def asked_for(
    state: Annotated[str, Query(max_length=20)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    ref: Annotated[str, Query(max_length=120)] = "",
    before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Filter:
    """The filter of an address."""
    return Filter(state, kind, ref, before)


Asked = Annotated[Filter, Depends(asked_for)]


@router.get("/messages", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, asked: Asked) -> Response:
    with here.reads.begin() as connection:
        rows, after = messages(connection, who, asked)
        tried = attempts(connection, [row.id for row in rows])
    again = {"state": asked.state, "kind": asked.kind, "ref": asked.ref}
    older = f"/messages?{urlencode({**again, 'before': after})}" if after else None
    settings = here.office.channels
    values: dict[str, Any] = {
        "rows": rows,
        "tried": tried,
        "asked": asked,
        "states": STATES,
        "older": older,
        "channels": [name for name, channel in CHANNELS.items() if channel.is_set(settings)],
        "is_any_set": is_any_set(settings),
    }
    return page(request, who, "notify/list.html", **values)


@router.post("/messages/{message_id}/resend", include_in_schema=False)
def resend(here: Here, who: Worker, message_id: int) -> Response:
    with answered():
        use_cases.resend(here, who, message_id)
    return RedirectResponse("/messages", 303)


@router.get("/api/v1/messages")
def as_data(here: Here, who: Reader, asked: Asked) -> dict[str, Any]:
    """A page of messages, newest first, with every attempt; `next` goes into `before` for the following page."""
    with here.reads.begin() as connection:
        rows, after = messages(connection, who, asked)
        tried = attempts(connection, [row.id for row in rows])
    return {"messages": [document(row, tried[row.id]) for row in rows], "next": after}


@router.post("/api/v1/messages/{message_id}/resend", status_code=201)
def resend_as_data(here: Here, who: Worker, message_id: int) -> dict[str, int]:
    """Queue a message once more; the number of the new one."""
    with answered():
        return {"id": use_cases.resend(here, who, message_id)}
