"""The pretend province over HTTP: `/link/messages` as the real one would have it, `/control/…` for whoever tests."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from console.province.simulator.province import Province

_HERE: Final = ("127.0.0.1", "::1", "testclient")


class Instruction(BaseModel):
    """An instruction to send down; what is left out takes the pretend province's usual."""

    number: str | None = None
    kind: str = "verify"
    urgency: str = "normal"
    title: str = "核查处置"
    content: str = "请核查并反馈处置情况。"
    targets: list[str] = Field(default_factory=list)
    due_sign: str | None = None
    due_feedback: str | None = None
    marking: str = "内部"


class Intelligence(BaseModel):
    """A STIX bundle to send down."""

    bundle: dict[str, Any]
    marking: str = "内部"


class Day(BaseModel):
    """A day to compare, `2026-11-23`."""

    day: str


def create_province(province: Province) -> FastAPI:
    """The application over a pretend province."""
    app = FastAPI(title="Gongga's pretend province", openapi_url=None, docs_url=None, redoc_url=None)

    @app.post("/link/messages")
    async def take(request: Request) -> Response:
        content = await request.body()
        source = request.client.host if request.client else "unknown"
        if province.faults.delay:
            await asyncio.sleep(province.faults.delay)
        reply = await run_in_threadpool(province.take, content, source)
        if reply is None:
            return JSONResponse({"detail": "The pretend province does not answer."}, 503)
        return Response(reply.text, reply.status, media_type="application/json")

    @app.get("/control/state")
    def state(request: Request) -> dict[str, Any]:
        _from_here(request)
        return province.state()

    @app.post("/control/instruction", status_code=201)
    def instruct(request: Request, said: Instruction) -> dict[str, str]:
        _from_here(request)
        body = {key: value for key, value in said.model_dump().items() if key != "marking" and value is not None}
        return {"message_id": province.instruct(body, said.marking)}

    @app.post("/control/intel", status_code=201)
    def share(request: Request, said: Intelligence) -> dict[str, str]:
        _from_here(request)
        return {"message_id": province.share(said.bundle, said.marking)}

    @app.post("/control/reconcile", status_code=201)
    def reconcile(request: Request, said: Day) -> dict[str, str]:
        _from_here(request)
        try:
            return {"message_id": province.reconcile(said.day)}
        except ValueError as error:
            raise HTTPException(422, str(error)) from error

    @app.post("/control/fault")
    def fault(request: Request, values: dict[str, Any]) -> dict[str, Any]:
        _from_here(request)
        try:
            province.faults.set(values)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        return province.faults.document()

    return app


def _from_here(request: Request) -> None:
    """Control is for the machine it runs on alone."""
    if request.client is None or request.client.host not in _HERE:
        raise HTTPException(403, "Control the pretend province from the machine it runs on.")
