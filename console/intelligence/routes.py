"""The list of indicators, one indicator's page, and the upload of a bundle."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from analytics.intel.policy import load_markings
from analytics.intel.records import MOVES, values_of
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.intelligence import use_cases
from console.intelligence.exchange import sources
from console.intelligence.queries import (
    PAGE,
    STATE_WORDS,
    STATES,
    Filter,
    alerts,
    document,
    hits,
    indicators,
    one,
    shown,
    state_of,
)
from console.intelligence.reading import MOST_BYTES
from console.intelligence.reasons import reason_words
from console.intelligence.sharing import STATE_WORDS as SHARE_WORDS
from console.intelligence.sharing import states_of
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("intelligence.read"))]
Manager = Annotated[Viewer, Depends(viewer("intelligence.manage"))]
_FLOOR: Final = "内部"


def asked_for(
    state: Annotated[str, Query(max_length=20)] = "current",
    source: Annotated[str, Query(max_length=120)] = "",
    q: Annotated[str, Query(max_length=80)] = "",
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Filter:
    """The filter of an address."""
    return Filter(state, source, q.strip(), skip)


Asked = Annotated[Filter, Depends(asked_for)]


class Move(BaseModel):
    """Another state, `stopped` or `watched`, with the reason."""

    to: str = Field(max_length=12)
    reason: str = Field(min_length=2, max_length=300)
    version: int = Field(ge=0)


@router.get("/intelligence", include_in_schema=False)
def show_list(request: Request, here: Here, who: Reader, asked: Asked) -> Response:
    now = here.clock()
    with here.reads.begin() as connection:
        rows, more = indicators(connection, who, asked, now)
        ids = [row.id for row in rows]
        values = values_of(connection, ids)
        met, shared = hits(connection, who, ids), states_of(connection, who, ids)
        known = list(sources(connection))
    newer = f"/intelligence?{urlencode(asked.address(skip=max(0, asked.skip - PAGE)))}" if asked.skip else None
    older = f"/intelligence?{urlencode(asked.address(skip=asked.skip + PAGE))}" if more else None
    given: dict[str, Any] = {"rows": rows, "asked": asked, "newer": newer, "older": older, "states": STATES}
    given |= {"values": values, "met": met, "shared": shared, "sources": known, "markings": load_markings()}
    given |= {"share_words": SHARE_WORDS, "state_of": state_of, "words": STATE_WORDS, "shown": shown}
    return page(request, who, "intelligence/list.html", **given)


@router.get("/intelligence/indicators/{indicator_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, indicator_id: str) -> Response:
    now = here.clock()
    with here.reads.begin() as connection:
        row = _found(one(connection, who, indicator_id))
        values = values_of(connection, [indicator_id]).get(indicator_id, [])
        told = alerts(connection, who, indicator_id)
        met = hits(connection, who, [indicator_id]).get(indicator_id)
        shared = states_of(connection, who, [indicator_id]).get(indicator_id)
    given: dict[str, Any] = {"row": row, "values": values, "alerts": told, "met": met, "shared": shared}
    given |= {"state": state_of(row, now), "words": STATE_WORDS, "share_words": SHARE_WORDS, "shown": shown}
    given |= {"markings": load_markings(), "reason": reason_words(row.reason) if row.reason else None}
    given |= {"offered": sorted(MOVES[row.state])}
    return page(request, who, "intelligence/indicator.html", **given)


@router.post("/intelligence/indicators/{indicator_id}/move", include_in_schema=False)
def move(
    here: Here,
    who: Manager,
    indicator_id: str,
    to: Annotated[str, Form(max_length=12)],
    version: Annotated[int, Form(ge=0)],
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    with answered():
        use_cases.move(here, who, indicator_id, to, reason, version)
    return RedirectResponse(f"/intelligence/indicators/{indicator_id}", 303)


@router.get("/intelligence/upload", include_in_schema=False)
def upload_page(request: Request, who: Manager) -> Response:
    given: dict[str, Any] = {"done": None, "markings": load_markings(), "floor": _FLOOR, "most": MOST_BYTES}
    return page(request, who, "intelligence/upload.html", path="/intelligence", **given)


@router.post("/intelligence/upload", include_in_schema=False)
async def upload(
    request: Request,
    here: Here,
    who: Manager,
    sheet: UploadFile,
    source: Annotated[str, Form(max_length=60)],
    marking: Annotated[str, Form(max_length=10)] = _FLOOR,
) -> Response:
    content = await sheet.read(MOST_BYTES + 1)
    with answered():
        done = await run_in_threadpool(use_cases.upload, here, who, content, source, marking)
    given: dict[str, Any] = {"done": done, "markings": load_markings(), "floor": marking, "most": MOST_BYTES}
    return page(request, who, "intelligence/upload.html", path="/intelligence", **given)


@router.get("/api/v1/intelligence")
def list_as_data(here: Here, who: Reader, asked: Asked) -> dict[str, Any]:
    """A page of indicators; `next` goes into `skip` for the following page."""
    now = here.clock()
    with here.reads.begin() as connection:
        rows, more = indicators(connection, who, asked, now)
        met = hits(connection, who, [row.id for row in rows])
    found = [document(row, now, met.get(row.id)) for row in rows]
    return {"indicators": found, "next": asked.skip + PAGE if more else None}


@router.get("/api/v1/intelligence/indicators/{indicator_id}")
def as_data(here: Here, who: Reader, indicator_id: str) -> dict[str, Any]:
    """One indicator with what it watches for and the alerts that met it."""
    now: datetime = here.clock()
    with here.reads.begin() as connection:
        row = _found(one(connection, who, indicator_id))
        values = values_of(connection, [indicator_id]).get(indicator_id, [])
        told = alerts(connection, who, indicator_id)
        met = hits(connection, who, [indicator_id]).get(indicator_id)
    return {
        **document(row, now, met),
        "values": [{"kind": value.kind, "value": value.value} for value in values],
        "alerts": [alert.id for alert in told],
        "body": row.body,
    }


@router.post("/api/v1/intelligence/indicators/{indicator_id}/move")
def move_as_data(here: Here, who: Manager, indicator_id: str, said: Move) -> dict[str, Any]:
    """Stop watching for an indicator, or take it up again."""
    with answered():
        use_cases.move(here, who, indicator_id, said.to, said.reason, said.version)
    return as_data(here, who, indicator_id)


@router.post("/api/v1/intelligence/bundles")
async def upload_as_data(
    request: Request,
    here: Here,
    who: Manager,
    source: Annotated[str, Query(max_length=60)],
    marking: Annotated[str, Query(max_length=10)] = _FLOOR,
) -> dict[str, Any]:
    """Take the STIX 2.1 bundle that is the body; what was applied, kept unwatched and refused, each with its reason."""
    content = await request.body()
    with answered():
        done = await run_in_threadpool(use_cases.upload, here, who, content, source, marking)
    return done.document()


def _found(row: Any) -> Any:
    if row is None:
        raise HTTPException(404)
    return row
