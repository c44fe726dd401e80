"""The workbench and the rail."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from console.accounts.guard import viewer
from console.accounts.routes import local_path
from console.accounts.viewer import Viewer
from console.desk.queries import document, workbench
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Me = Annotated[Viewer, Depends(viewer("self"))]


@router.get("/", include_in_schema=False)
def show(request: Request, here: Here, who: Me) -> Response:
    with here.reads.begin() as connection:
        work = workbench(connection, who, here.clock())
    return page(request, who, "desk/desk.html", work=work)


@router.get("/desk/work", include_in_schema=False)
def work_part(request: Request, here: Here, who: Me) -> Response:
    with here.reads.begin() as connection:
        work = workbench(connection, who, here.clock())
    return page(request, who, "desk/work.html", work=work)


@router.get("/status", include_in_schema=False)
def status(request: Request, who: Me) -> Response:
    return page(request, who, "web/status.html")


@router.get("/rail", include_in_schema=False)
def rail(request: Request, who: Me, at: str = "/") -> Response:
    return page(request, who, "web/rail.html", path=local_path(at))


@router.get("/api/v1/desk")
def as_data(here: Here, who: Me) -> dict[str, Any]:
    """What needs this person now; a part that may not be read is null."""
    with here.reads.begin() as connection:
        return document(workbench(connection, who, here.clock()))
