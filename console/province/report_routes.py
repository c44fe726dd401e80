"""Reports to the province: their page, their paper, and what is done with them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.papers.pdf import pdf_of
from console.papers.report_paper import report_paper
from console.province import use_cases
from console.province.markings import names
from console.province.queries import deadline, one_report, receipts, releases, report_document, report_line, reports
from console.province.report_body import paper_values
from console.province.report_form import kind_of, lacks
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("province.read"))]
Worker = Annotated[Viewer, Depends(viewer("province.work"))]
Releaser = Annotated[Viewer, Depends(viewer("province.release"))]
Reason = Annotated[str, Form(min_length=2, max_length=500)]


class Draft(BaseModel):
    """Which incident, and first, follow_up or final."""

    incident: str = Field(max_length=16)
    kind: str = Field(default="first", max_length=20)


class Edit(BaseModel):
    """What a draft says, by item."""

    items: dict[str, str]
    marking: str | None = Field(default=None, max_length=20)
    version: int | None = None


class Release(BaseModel):
    """One person's word that it may go up."""

    reason: str = Field(min_length=2, max_length=500)
    version: int | None = None


@router.post("/province/reports", include_in_schema=False)
def draft(
    here: Here,
    who: Worker,
    incident: Annotated[str, Form(max_length=16)],
    kind: Annotated[str, Form(max_length=20)] = "first",
) -> Response:
    with answered():
        return _to(use_cases.draft(here, who, incident, kind))


@router.get("/province/reports/{report_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, report_id: str) -> Response:
    with here.reads.begin() as connection:
        row = one_report(connection, who, report_id)
        if row is None:
            raise HTTPException(404)
        values: dict[str, Any] = {
            "row": row,
            "kind": kind_of(row.kind),
            "missing": {item.key for item in lacks(row.kind, row.items)},
            "releases": releases(connection, row),
            "receipts": receipts(connection, row.message_id),
            "markings": names(),
            "people": use_cases.PEOPLE,
            "deadline": deadline(row),
        }
    return page(request, who, "province/report.html", path="/province", **values)


@router.get("/province/reports/{report_id}/pdf", include_in_schema=False)
def as_paper(here: Here, who: Reader, report_id: str) -> Response:
    with here.reads.begin() as connection:
        row = one_report(connection, who, report_id)
        if row is None:
            raise HTTPException(404)
        values = paper_values(connection, row, here.office, here.clock(), row.exercise)
    headers = {"content-disposition": f'inline; filename="{row.id}.pdf"'}
    return Response(pdf_of(report_paper(values)), media_type="application/pdf", headers=headers)


@router.post("/province/reports/{report_id}", include_in_schema=False)
async def edit(request: Request, here: Here, who: Worker, report_id: str) -> Response:
    said = await request.form()
    items = {key.removeprefix("item."): str(value) for key, value in said.items() if key.startswith("item.")}
    version = str(said.get("version", ""))
    with answered():
        if not version.isdecimal() or len(version) > 9:
            raise ValueError("version must be a number")
        marking = str(said.get("marking", "")) or None
        use_cases.edit(here, who, report_id, items, marking, int(version))
    return _to(report_id)


@router.post("/province/reports/{report_id}/release", include_in_schema=False)
def release(here: Here, who: Releaser, report_id: str, reason: Reason, version: Annotated[int, Form(ge=1)]) -> Response:
    with answered():
        use_cases.release(here, who, report_id, reason.strip(), version)
    return _to(report_id)


@router.post("/province/reports/{report_id}/withdraw", include_in_schema=False)
def withdraw(here: Here, who: Worker, report_id: str, reason: Reason) -> Response:
    with answered():
        use_cases.withdraw(here, who, report_id, reason.strip())
    return _to(report_id)


@router.post("/province/reports/{report_id}/reopen", include_in_schema=False)
def reopen(here: Here, who: Worker, report_id: str) -> Response:
    with answered():
        use_cases.reopen(here, who, report_id)
    return _to(report_id)


@router.get("/api/v1/reports")
def list_as_data(
    here: Here,
    who: Reader,
    incident: Annotated[str | None, Query(max_length=16)] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
) -> dict[str, Any]:
    """Reports to the province, the newest first."""
    with here.reads.begin() as connection:
        return {"reports": [report_line(row) for row in reports(connection, who, incident, state)]}


@router.post("/api/v1/reports", status_code=201)
def draft_as_data(here: Here, who: Worker, said: Draft) -> dict[str, str]:
    """Draft a report; the draft that is open already is kept."""
    with answered():
        return {"id": use_cases.draft(here, who, said.incident, said.kind)}


@router.get("/api/v1/reports/{report_id}")
def as_data(here: Here, who: Reader, report_id: str) -> dict[str, Any]:
    """A report with what it says, who released it and the receipts."""
    with here.reads.begin() as connection:
        row = one_report(connection, who, report_id)
        if row is None:
            raise HTTPException(404)
        return report_document(connection, row)


@router.put("/api/v1/reports/{report_id}")
def edit_as_data(here: Here, who: Worker, report_id: str, said: Edit) -> dict[str, Any]:
    """Change what a draft says; releases of what it said before no longer count."""
    with answered():
        use_cases.edit(here, who, report_id, said.items, said.marking, said.version)
    return as_data(here, who, report_id)


@router.post("/api/v1/reports/{report_id}/release")
def release_as_data(here: Here, who: Releaser, report_id: str, said: Release) -> dict[str, Any]:
    """Stand for a draft; the second person's word sends it up."""
    with answered():
        use_cases.release(here, who, report_id, said.reason, said.version)
    return as_data(here, who, report_id)


def _to(report_id: str) -> Response:
    return RedirectResponse(f"/province/reports/{report_id}", 303)
