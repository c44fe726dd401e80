"""The list of findings, a finding's page, and its moves."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import AwareDatetime, BaseModel, Field

from analytics.findings.checks import load_checks
from analytics.findings.finding import MOVES
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.findings import use_cases
from console.findings.queries import PAGE, SEVERITIES, Filter, count, document, findings, moves, one
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("findings.read"))]
Worker = Annotated[Viewer, Depends(viewer("findings.work"))]


def asked_for(
    state: Annotated[str, Query(max_length=20)] = "open",
    severity: Annotated[str, Query(max_length=16)] = "",
    site: Annotated[str, Query(max_length=40)] = "",
    county: Annotated[str, Query(max_length=6)] = "",
    check: Annotated[str, Query(max_length=60)] = "",
    q: Annotated[str, Query(max_length=80)] = "",
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Filter:
    """The filter of an address."""
    return Filter(state, severity, site, county, check, q.strip(), skip, since, until)


Asked = Annotated[Filter, Depends(asked_for)]


class Move(BaseModel):
    """Another state, with the reason; `until` ends an accepted risk."""

    to: str = Field(max_length=20)
    reason: str = Field(min_length=2, max_length=500)
    version: int = Field(ge=0)
    until: datetime | None = None


@router.get("/findings", include_in_schema=False)
def show_list(request: Request, here: Here, who: Reader, asked: Asked) -> Response:
    with here.reads.begin() as connection:
        rows, more = findings(connection, who, asked)
        total = count(connection, who, asked)
    newer = f"/findings?{urlencode(asked.address(skip=max(0, asked.skip - PAGE)))}" if asked.skip else None
    older = f"/findings?{urlencode(asked.address(skip=asked.skip + PAGE))}" if more else None
    values: dict[str, Any] = {"rows": rows, "asked": asked, "newer": newer, "older": older, "severities": SEVERITIES}
    return page(request, who, "findings/list.html", total=total, **values)


@router.get("/findings/{finding_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, finding_id: str) -> Response:
    with here.reads.begin() as connection:
        row = one(connection, who, finding_id)
        if row is None:
            raise HTTPException(404)
        life = moves(connection, finding_id)
    events = here.store.events(list(row.events)[:3])
    check = load_checks().get(row.check_id)
    offered = [to for to in use_cases.BY_HAND if to in MOVES.get(row.state, frozenset())]
    values: dict[str, Any] = {"row": row, "life": life, "events": events, "check": check, "offered": offered}
    return page(request, who, "findings/finding.html", **values)


@router.post("/findings/{finding_id}/move", include_in_schema=False)
def move(
    here: Here,
    who: Worker,
    finding_id: str,
    to: Annotated[str, Form(max_length=20)],
    version: Annotated[int, Form(ge=0)],
    reason: Annotated[str, Form(max_length=500)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    with answered():
        end = datetime.combine(date.fromisoformat(until), time.max, ZoneInfo("Asia/Shanghai")) if until else None
        use_cases.move(here, who, finding_id, to, reason, version, end)
    return RedirectResponse(f"/findings/{finding_id}", 303)


@router.get("/api/v1/findings")
def list_as_data(here: Here, who: Reader, asked: Asked) -> dict[str, Any]:
    """A page of findings, gravest first; `next` goes into `skip` for the following page."""
    with here.reads.begin() as connection:
        rows, more = findings(connection, who, asked)
        total = count(connection, who, asked)
    following = asked.skip + PAGE if more else None
    return {"findings": [document(row) for row in rows], "next": following, "total": total}


@router.get("/api/v1/findings/{finding_id}")
def as_data(here: Here, who: Reader, finding_id: str) -> dict[str, Any]:
    """One finding with its evidence."""
    with here.reads.begin() as connection:
        row = one(connection, who, finding_id)
    if row is None:
        raise HTTPException(404)
    return document(row)


@router.post("/api/v1/findings/{finding_id}/move")
def move_as_data(here: Here, who: Worker, finding_id: str, said: Move) -> dict[str, Any]:
    """Give a finding another state."""
    with answered():
        use_cases.move(here, who, finding_id, said.to, said.reason, said.version, said.until)
    return as_data(here, who, finding_id)
