"""Units and sites, one site's whole story, and the inventory sheet."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, UploadFile
from fastapi.responses import Response

from analytics.inventory.importing import ImportReport
from analytics.inventory.sheet import COLUMNS
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.sites.queries import document, sites, story
from console.sites.use_cases import take_sheet
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("sites.read"))]
Manager = Annotated[Viewer, Depends(viewer("sites.manage"))]


@router.get("/sites", include_in_schema=False)
def show_list(request: Request, here: Here, who: Reader, q: Annotated[str, Query(max_length=80)] = "") -> Response:
    return _list(request, here, who, q.strip(), None)


@router.post("/sites/import", include_in_schema=False)
def take(request: Request, here: Here, who: Manager, sheet: UploadFile) -> Response:
    report = take_sheet(here, who, sheet.file.read(), sheet.filename or "")
    return _list(request, here, who, "", report, 422 if report.errors else 200)


@router.get("/sites/{site_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, site_id: str) -> Response:
    with here.reads.begin() as connection:
        told = story(connection, who, site_id)
    if told is None:
        raise HTTPException(404)
    return page(request, who, "sites/site.html", told=told, site=told.site)


@router.get("/api/v1/sites")
def list_as_data(here: Here, who: Reader, q: Annotated[str, Query(max_length=80)] = "") -> dict[str, Any]:
    """Every site in scope with what is open on it."""
    with here.reads.begin() as connection:
        return {"sites": [document(row) for row in sites(connection, who, q.strip())]}


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
    request: Request, here: Desk, who: Viewer, text: str, report: ImportReport | None, status: int = 200
) -> Response:
    with here.reads.begin() as connection:
        rows = sites(connection, who, text)
    return page(request, who, "sites/list.html", status, rows=rows, text=text, report=report, columns=COLUMNS)
