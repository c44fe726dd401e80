"""`POST /ingest/segments`: a sensor hands over one segment. 201 stored, 200 had it; anything else keeps the spool."""

from __future__ import annotations

import errno
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from analytics.intake.receive import Refused
from console.ingest.envelope import sensor_named
from console.ingest.use_cases import sensor_of
from console.web.desk import Desk, desk

router = APIRouter()


@router.post("/ingest/segments", include_in_schema=False)
async def take(
    request: Request, here: Annotated[Desk, Depends(desk)], name: Annotated[str, Query(max_length=120)] = ""
) -> JSONResponse:
    sensor = await run_in_threadpool(_sensor, here, request.headers.get("authorization", ""))
    if sensor is None:
        say = "Send the sensor's token as 'Authorization: Bearer …'; make one with: gongga sensor token NAME."
        return JSONResponse({"detail": say}, 401, headers={"www-authenticate": "Bearer"})
    content = await request.body()
    if not content:
        raise HTTPException(400, "The body is empty; send the bytes of one segment file.")
    named = sensor_named(content)
    if named not in (None, sensor):
        return JSONResponse({"detail": f"This token is sensor {sensor}'s, the segment is sensor {named}'s."}, 403)
    try:
        answer = await run_in_threadpool(here.receive, content, name or f"{sensor}.arrow")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return JSONResponse({"detail": "The disk is full; keep the segment and send it again later."}, 507)
    if isinstance(answer, Refused):
        return JSONResponse({"detail": answer.reason}, 400)
    return JSONResponse({"state": answer}, 201 if answer == "stored" else 200)


def _sensor(here: Desk, authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 200:
        return None
    with here.reads.begin() as connection:
        return sensor_of(connection, token.strip())
