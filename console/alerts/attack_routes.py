"""The list of attacks, each counted once."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime

from analytics.grading.tables import load_tables
from analytics.posture.attacks import load_counting
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.alerts.attacks import PAGE, Filter, attacks, document
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("alerts.read"))]


def asked_for(
    day: Annotated[str, Query(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = "",
    source: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=8)] = "",
    site: Annotated[str, Query(max_length=40)] = "",
    county: Annotated[str, Query(max_length=6)] = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Filter:
    """The filter of an address."""
    return Filter(day, source, kind, site, county, since, until, skip)


Asked = Annotated[Filter, Depends(asked_for)]


@router.get("/attacks", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, asked: Asked) -> Response:
    with here.reads.begin() as connection:
        rows, total = attacks(connection, who, asked)
    newer = f"/attacks?{urlencode(asked.address(skip=max(0, asked.skip - PAGE)))}" if asked.skip else None
    older = f"/attacks?{urlencode(asked.address(skip=asked.skip + PAGE))}" if asked.skip + PAGE < total else None
    values: dict[str, Any] = {"classes": load_tables().classes, "counting": load_counting()}
    return page(
        request, who, "alerts/attacks.html", rows=rows, total=total, asked=asked, newer=newer, older=older, **values
    )


@router.get("/api/v1/attacks")
def as_data(here: Here, who: Reader, asked: Asked) -> dict[str, Any]:
    """A page of attacks, newest first: one source, target, kind and day each."""
    with here.reads.begin() as connection:
        rows, total = attacks(connection, who, asked)
    return {"attacks": [document(row) for row in rows], "total": total}
