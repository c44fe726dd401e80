"""`POST /link/messages`: the province hands over one message, which proves itself by its signature."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from console.province.envelope import MOST_BYTES
from console.province.inbox import Reply, receive
from console.province.party import party
from console.province.rate import Rate
from console.province.signing import KeyProblem
from console.web.desk import Desk, desk

# Of one address and minute: a province that empties its queue stays below, somebody who guesses does not get far.
MOST_A_MINUTE: Final = 20_000
MOST_REFUSED: Final = 60

router = APIRouter()


@router.post("/link/messages", include_in_schema=False)
async def take(request: Request, here: Annotated[Desk, Depends(desk)]) -> Response:
    source = request.client.host if request.client else "unknown"
    limits = _limits(request)
    now = here.clock()
    if not (limits[0].allows(source, now) and limits[1].has_room(source, now)):
        return JSONResponse({"detail": "Too many messages from this address; send again in a minute."}, 429)
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        return JSONResponse({"detail": f"A message has at most {MOST_BYTES} bytes."}, 413)
    try:
        reply = await run_in_threadpool(_take, here, await request.body(), source)
    except KeyProblem as problem:
        return JSONResponse({"detail": f"The link is not set up here: {problem}."}, 503)
    if reply.refused is not None:
        limits[1].allows(source, now)
    return Response(reply.text, reply.status, media_type="application/json")


def _take(here: Desk, content: bytes, source: str) -> Reply:
    return receive(here.engine, party(here.data.root, here.office.province), content, here.clock(), "https", source)


def _limits(request: Request) -> tuple[Rate, Rate]:
    state = request.app.state
    if not hasattr(state, "link_rates"):
        state.link_rates = (Rate(MOST_A_MINUTE), Rate(MOST_REFUSED))
    found: tuple[Rate, Rate] = state.link_rates
    return found
