"""Units and sites, one site's whole story, and the inventory sheet."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, UploadFile
from fastapi.responses import Response

from analytics.inventory.importing import ImportReport
from analytics.inventory.sheet import COLUMNS
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.sites.queries import Filter, document, sites, story
from console.sites.use_cases import take_sheet
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("sites.read"))]
Manager = Annotated[Viewer, Depends(viewer("sites.manage"))]


def asked_for(
    q: Annotated[str, Query(max_length=80)] = "",
    county: Annotated[str, Query(max_length=6)] = "",
    rank: Annotated[str, Query(max_length=20)] = "",
    protection: Annotated[int | None, Query(ge=1, le=5)] = None,
    cii: bool = False,
    week: Annotated[str, Query(pattern="^(failed)?$")] = "",
) -> Filter:
    """The filter of an address."""
    return Filter(q.strip(), county, rank, protection, cii, week)


Asked = Annotated[Filter, Depends(asked_for)]


@router.get("/sites", include_in_schema=False)
def show_list(request: Request, here: Here, who: Reader, asked: Asked) -> Response:
    return _list(request, here, who, asked, None)


@router.post("/sites/import", include_in_schema=False)
def take(request: Request, here: Here, who: Manager, sheet: UploadFile) -> Response:
    report = take_sheet(here, who, sheet.file.read(), sheet.filename or "")
    return _list(request, here, who, Filter(), report, 422 if report.errors else 200)


@router.get("/sites/{site_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, site_id: str) -> Response:
    with here.reads.begin() as connection:
        told = story(connection, who, site_id)
    if told is None:
        raise HTTPException(404)
    return page(request, who, "sites/site.html", told=told, site=told.site)


@router.get("/api/v1/sites")
def list_as_data(here: Here, who: Reader, asked: Asked) -> dict[str, Any]:
    """Every site in scope with what is open on it."""
    with here.reads.begin() as connection:
        rows = sites(connection, who, asked, here.clock())
    units = len({row.unit_id for row in rows})
    return {"sites": [document(row) for row in rows], "total": len(rows), "units": units}


@router.get("/api/v1/sites/{site_id}")
def as_data(here: Here, who: Reader, site_id: str) -> dict[str, Any]:
    """One site with the ids of what is open on it."""
    with here.reads.begin() as connection:
        told = story(connection, who, site_id)
    if told is None:
        raise HTTPException(404)
    lists = {"open_findings": told.findings, "latest_alerts": told.alerts, "latest_incidents": told.incidents}
    week = {"visits": told.week.visits, "failed": told.week.failed, "share": told.week.share}
    return (
        document(told.site)
        | {"availability_week": week}
        | {name: [row.id for row in rows] for name, rows in lists.items()}
    )


@router.post("/api/v1/sites/import")
def take_as_data(here: Here, who: Manager, sheet: UploadFile) -> dict[str, Any]:
    """Import an inventory sheet: every row, or none and each bad one named."""
    report = take_sheet(here, who, sheet.file.read(), sheet.filename or "")
    wrong = [{"line": error.line, "column": error.column, "text": error.text} for error in report.errors]
    return {"rows": report.rows, "added": report.added, "errors": wrong}


def _list(
    request: Request, here: Desk, who: Viewer, asked: Filter, report: ImportReport | None, status: int = 200
) -> Response:
    with here.reads.begin() as connection:
        rows = sites(connection, who, asked, here.clock())
    return page(request, who, "sites/list.html", status, rows=rows, asked=asked, report=report, columns=COLUMNS)
