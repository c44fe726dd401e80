"""The list of incidents, an incident's page, and what is done there."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import AwareDatetime, BaseModel, Field

from analytics.grading.tables import load_tables
from analytics.lifecycle import Unfit
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.incidents import use_cases
from console.incidents.panels import panels
from console.incidents.queries import STATES, Filter, Story, count, document, incidents, one, story
from console.response.level_panel import level_panel
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("incidents.read"))]
Worker = Annotated[Viewer, Depends(viewer("incidents.work"))]
Lead = Annotated[Viewer, Depends(viewer("incidents.confirm"))]
Version = Annotated[int, Form(ge=0)]
Reason = Annotated[str, Form(max_length=500)]


class Confirmation(BaseModel):
    """A person's word on class and level."""

    class_code: str = Field(alias="class", pattern=r"^\d\d(\.\d\d)?$")
    level: int = Field(ge=1, le=4)
    reason: str = Field(min_length=2, max_length=500)
    version: int = Field(ge=0)


class Move(BaseModel):
    """Another state, with the reason."""

    to: str = Field(max_length=20)
    reason: str = Field(min_length=2, max_length=500)
    version: int = Field(ge=0)


class Note(BaseModel):
    """A note for the timeline."""

    text: str = Field(min_length=1, max_length=2000)


def asked_for(
    state: Annotated[str, Query(max_length=20)] = "active",
    county: Annotated[str, Query(max_length=6)] = "",
    q: Annotated[str, Query(max_length=80)] = "",
    before: Annotated[str, Query(max_length=16)] = "",
    level: Annotated[str, Query(pattern="^[0-4]?$")] = "",
    reached: Annotated[str, Query(pattern="^(confirmed|closed)?$")] = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Filter:
    """The filter of an address."""
    return Filter(state, county, q.strip(), before, level, reached, since, until)


Asked = Annotated[Filter, Depends(asked_for)]


@router.get("/incidents", include_in_schema=False)
def show_list(request: Request, here: Here, who: Reader, asked: Asked) -> Response:
    with here.reads.begin() as connection:
        rows, after = incidents(connection, who, asked)
        total = count(connection, who, asked)
    older = f"/incidents?{urlencode(asked.address(before=after))}" if after else None
    return page(request, who, "incidents/list.html", rows=rows, asked=asked, older=older, total=total)


@router.get("/incidents/{incident_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, incident_id: str) -> Response:
    told = _story(here, who, incident_id)
    with here.reads.begin() as connection:
        beside = [
            *level_panel(connection, here, who, told.row),
            *panels(connection, who, told.row, here.clock()),
        ]
    classes = load_tables().classes
    stage = STATES.index(told.row.state) if told.row.state in STATES else len(STATES)
    values: dict[str, Any] = {"told": told, "row": told.row, "stage": stage, "classes": classes, "panels": beside}
    return page(request, who, "incidents/incident.html", **values)


@router.post("/incidents/{incident_id}/confirm", include_in_schema=False)
def confirm(
    here: Here,
    who: Lead,
    incident_id: str,
    class_code: Annotated[str, Form(max_length=8)],
    level: Annotated[int, Form(ge=1, le=4)],
    version: Version,
    reason: Reason = "",
) -> Response:
    with answered():
        use_cases.confirm(here, who, incident_id, class_code, level, reason, version)
    return _back(incident_id)


@router.post("/incidents/{incident_id}/move", include_in_schema=False)
def move(
    here: Here,
    who: Worker,
    incident_id: str,
    to: Annotated[str, Form(max_length=20)],
    version: Version,
    reason: Reason = "",
) -> Response:
    with answered():
        if to == "closed" and len(reason.strip()) < 2:
            raise Unfit("请写明关闭事件的理由", "closing an incident needs a reason")
        use_cases.move(here, who, incident_id, to, reason.strip(), version)
    return _back(incident_id)


@router.post("/incidents/{incident_id}/note", include_in_schema=False)
def note(
    here: Here, who: Worker, incident_id: str, text: Annotated[str, Form(min_length=1, max_length=2000)]
) -> Response:
    with answered():
        use_cases.note(here, who, incident_id, text.strip())
    return _back(incident_id)


@router.post("/incidents/{incident_id}/assign", include_in_schema=False)
def assign(here: Here, who: Worker, incident_id: str) -> Response:
    with answered():
        use_cases.assign(here, who, incident_id)
    return _back(incident_id)


@router.get("/api/v1/incidents")
def list_as_data(here: Here, who: Reader, asked: Asked) -> dict[str, Any]:
    """A page of incidents, newest first; `next` goes into `before` for the following page."""
    with here.reads.begin() as connection:
        rows, after = incidents(connection, who, asked)
        total = count(connection, who, asked)
    keys = ("id", "title", "title_en", "state", "class_code", "level_proposed", "level_confirmed", "site_id", "version")
    listed = [{key: getattr(row, key) for key in keys} for row in rows]
    return {"incidents": listed, "next": after, "total": total}


@router.get("/api/v1/incidents/{incident_id}")
def as_data(here: Here, who: Reader, incident_id: str) -> dict[str, Any]:
    """An incident with its members, its grading and its timeline."""
    return document(_story(here, who, incident_id))


@router.post("/api/v1/incidents/{incident_id}/confirm")
def confirm_as_data(here: Here, who: Lead, incident_id: str, said: Confirmation) -> dict[str, Any]:
    """Confirm class and level."""
    with answered():
        use_cases.confirm(here, who, incident_id, said.class_code, said.level, said.reason, said.version)
    return document(_story(here, who, incident_id))


@router.post("/api/v1/incidents/{incident_id}/move")
def move_as_data(here: Here, who: Worker, incident_id: str, said: Move) -> dict[str, Any]:
    """Give an incident another state."""
    with answered():
        use_cases.move(here, who, incident_id, said.to, said.reason, said.version)
    return document(_story(here, who, incident_id))


@router.post("/api/v1/incidents/{incident_id}/notes", status_code=201)
def note_as_data(here: Here, who: Worker, incident_id: str, said: Note) -> dict[str, Any]:
    """Write a note into the timeline."""
    with answered():
        use_cases.note(here, who, incident_id, said.text)
    return document(_story(here, who, incident_id))


def _story(here: Desk, who: Viewer, incident_id: str) -> Story:
    with here.reads.begin() as connection:
        row = one(connection, who, incident_id)
        if row is None:
            raise HTTPException(404)
        return story(connection, row)


def _back(incident_id: str) -> Response:
    return RedirectResponse(f"/incidents/{incident_id}", 303)
