"""The description of the API, and the box where browsers report breaches of the content policy."""

from __future__ import annotations

import logging
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer

_LOG: Final = logging.getLogger("gongga.console")
# Enough to see what is wrong; a page in a loop must not fill the log.
_MOST_LOGGED: Final = 100

router = APIRouter()


@router.get("/api/openapi.json", include_in_schema=False)
def openapi(request: Request, _who: Annotated[Viewer, Depends(viewer("self"))]) -> dict[str, Any]:
    described: dict[str, Any] = request.app.openapi()
    paths = {path: item for path, item in described["paths"].items() if path.startswith("/api/")}
    return {**described, "paths": paths}


@router.post("/csp-report", include_in_schema=False)
async def csp_report(request: Request) -> Response:
    request.app.state.csp_reports += 1
    if request.app.state.csp_reports <= _MOST_LOGGED:
        # repr: what a browser sends must not break the log's lines.
        _LOG.warning("content policy report: %r", (await request.body())[:1000])
    return Response(status_code=204)


@router.get("/csp-report", include_in_schema=False)
def csp_reports(request: Request, _who: Annotated[Viewer, Depends(viewer("health.read"))]) -> dict[str, int]:
    return {"reports": request.app.state.csp_reports}
