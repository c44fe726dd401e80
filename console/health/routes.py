"""The page of the system's own health, and the same as data."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.health.queries import Health, health_of
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("health.read"))]


@router.get("/health", include_in_schema=False)
def show(request: Request, here: Here, who: Reader) -> Response:
    return page(request, who, "health/health.html", health=_look(here))


@router.get("/health/parts", include_in_schema=False)
def parts(request: Request, here: Here, who: Reader) -> Response:
    return page(request, who, "health/parts.html", health=_look(here))


@router.get("/api/v1/health")
def as_data(here: Here, who: Reader) -> dict[str, Any]:
    """Sensors with lag and gaps, the inbox, the quarantine and the store."""
    return _look(here).document()


@router.get("/alive", include_in_schema=False)
def alive() -> dict[str, str]:
    return {"gongga": "alive"}


def _look(here: Desk) -> Health:
    with here.reads.begin() as connection:
        return health_of(connection, here.data, here.clock())
