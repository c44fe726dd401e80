"""Searching the events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from analytics.store.query import QueryError
from analytics.store.store import Page
from analytics.store.store import Query as Asked
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.search.queries import SPANS, search, sentence
from console.web.desk import Desk, desk
from console.web.render import page
from console.web.scope import sites_in_scope
from sensors.contract.batch import time_of
from sensors.contract.fields import DATASETS

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("events.read"))]
Text = Annotated[str, Query(max_length=2000)]
Span = Annotated[str, Query(pattern="^(1h|24h|7d|30d)$")]
Dataset = Annotated[str, Query(max_length=20)]
Place = Annotated[str, Query(max_length=120)]


@router.get("/search", include_in_schema=False)
def show(
    request: Request,
    here: Here,
    who: Reader,
    q: Text = "",
    span: Span = "24h",
    dataset: Dataset = "",
    before: Place = "",
) -> Response:
    values: dict[str, Any] = {"q": q, "span": span, "spans": list(SPANS), "dataset": dataset, "datasets": DATASETS}
    try:
        found = search(here.store, _asked(here, who, q, span, dataset), Page(50, _place(before)))
    except (QueryError, ValueError) as error:
        return page(request, who, "search/search.html", 422, **values, found=None, problem=str(error), older=None)
    older = None
    if found.result.next:
        named = {"q": q, "span": span, "dataset": dataset, "before": _named(found.result.next)}
        older = f"/search?{urlencode(named)}"
    return page(request, who, "search/search.html", **values, found=found, problem=None, older=older, sentence=sentence)


@router.get("/api/v1/events")
def as_data(
    here: Here,
    who: Reader,
    q: Text = "",
    span: Span = "24h",
    dataset: Dataset = "",
    before: Place = "",
    size: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """Events by Lucene syntax, newest first; `next` goes into `before` for the following page."""
    try:
        found = here.store.search(_asked(here, who, q, span, dataset), Page(size, _place(before)))
    except (QueryError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    return {"events": found.rows, "next": _named(found.next) if found.next else None, "damaged": found.damaged}


def _asked(here: Desk, who: Viewer, q: str, span: str, dataset: str) -> Asked:
    if dataset and dataset not in DATASETS:
        raise ValueError(f"there is no dataset {dataset!r}")
    now = here.clock()
    with here.reads.begin() as connection:
        sites = sites_in_scope(connection, who)
    return Asked(q, now - SPANS[span], now, (dataset,) if dataset else (), sites)


def _place(before: str) -> tuple[datetime, str] | None:
    at, bar, name = before.partition("|")
    return (time_of(at), name) if bar else None


def _named(after: tuple[datetime, str]) -> str:
    return f"{after[0].isoformat()}|{after[1]}"
