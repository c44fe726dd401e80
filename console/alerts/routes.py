"""The alert queue, an alert beside it and on its own, and verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import AwareDatetime, BaseModel, Field

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.alerts import queries, use_cases
from console.alerts.queries import Filter
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page
from sensors.contract.batch import time_of

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("alerts.read"))]
Judge = Annotated[Viewer, Depends(viewer("alerts.judge"))]
Reason = Annotated[str, Form(max_length=500)]
Word = Annotated[str, Form(max_length=20)]
SHOWN_EVENTS = 20


def asked_for(
    status: Annotated[str, Query(max_length=20)] = "waiting",
    level: Annotated[str, Query(max_length=20)] = "",
    site: Annotated[str, Query(max_length=40)] = "",
    county: Annotated[str, Query(max_length=6)] = "",
    detector: Annotated[str, Query(max_length=40)] = "",
    rule: Annotated[str, Query(max_length=80)] = "",
    q: Annotated[str, Query(max_length=80)] = "",
    group: Annotated[str, Query(pattern="^(rule|none)$")] = "rule",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Filter:
    """The filter of an address."""
    return Filter(status, level, site, county, detector, rule, q.strip(), group, since, until)


Asked = Annotated[Filter, Depends(asked_for)]


class Verdict(BaseModel):
    """A verdict on one alert."""

    to: str = Field(max_length=20)
    reason: str = Field(default="", max_length=500)
    version: int = Field(ge=0)


@router.get("/alerts", include_in_schema=False)
def queue(request: Request, here: Here, who: Reader, asked: Asked, before: str = "") -> Response:
    return _queue(request, here, who, asked, before)


@router.post("/alerts/judge-all", include_in_schema=False)
def judge_all(
    request: Request,
    here: Here,
    who: Judge,
    asked: Asked,
    to: Word,
    until: Annotated[str, Form(max_length=40)],
    only_rule: Annotated[str, Form(max_length=80)] = "",
    only_site: Annotated[str, Form(max_length=40)] = "",
    reason: Reason = "",
) -> Response:
    narrowed = replace(asked, rule=only_rule or asked.rule, site=only_site or asked.site)
    with answered():
        done = use_cases.judge_all(here, who, narrowed, time_of(until), to, reason.strip())
    return _queue(request, here, who, asked, "", done=done, verdict=to)


@router.post("/alerts/take-back", include_in_schema=False)
def take_back(
    request: Request, here: Here, who: Judge, asked: Asked, ids: Annotated[str, Form(max_length=200_000)]
) -> Response:
    with answered():
        use_cases.take_back(here, who, ids.split(","))
    return _queue(request, here, who, asked, "")


@router.get("/alerts/{alert_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, alert_id: str, pane: bool = False) -> Response:
    with here.reads.begin() as connection:
        row = _one(connection, who, alert_id)
        judged = queries.judged_before(connection, who, row)
        beside = queries.beside(connection, who, row)
    events = here.store.events(list(row.events)[: 3 if pane else SHOWN_EVENTS])
    template = "alerts/pane.html" if pane else "alerts/alert.html"
    return page(request, who, template, row=row, judged=judged, beside=beside, events=events)


@router.post("/alerts/{alert_id}/verdict", include_in_schema=False)
def judge(
    request: Request,
    here: Here,
    who: Judge,
    asked: Asked,
    alert_id: str,
    to: Word,
    version: Annotated[int, Form(ge=0)],
    reason: Reason = "",
    back: Annotated[str, Form(max_length=10)] = "page",
) -> Response:
    with answered():
        use_cases.judge(here, who, alert_id, to, reason.strip(), version)
    if back == "queue":
        done = use_cases.Bulk(1, 1, 0, (alert_id,))
        return _queue(request, here, who, asked, "", done=done, verdict=to)
    return RedirectResponse(f"/alerts/{alert_id}", 303)


@router.post("/alerts/{alert_id}/escalate", include_in_schema=False)
def escalate(
    request: Request,
    here: Here,
    who: Judge,
    alert_id: str,
    version: Annotated[int, Form(ge=0)],
    incident: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    with answered():
        opened = use_cases.escalate(here, who, alert_id, incident, version)
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": f"/incidents/{opened}"})
    return RedirectResponse(f"/incidents/{opened}", 303)


@router.get("/api/v1/alerts")
def list_as_data(
    here: Here, who: Reader, asked: Asked, before: str = "", size: Annotated[int, Query(ge=1, le=500)] = 50
) -> dict[str, Any]:
    """A page of alerts, newest first; `next` goes into `before` for the following page."""
    with answered(), here.reads.begin() as connection:
        rows, after = queries.alerts(connection, who, asked, _place(before), size)
        total = queries.count(connection, who, asked)
    return {"alerts": [queries.document(row) for row in rows], "next": _named(after), "total": total}


@router.get("/api/v1/alerts/{alert_id}")
def as_data(here: Here, who: Reader, alert_id: str) -> dict[str, Any]:
    """One alert with its reasons."""
    with here.reads.begin() as connection:
        return queries.document(_one(connection, who, alert_id))


@router.post("/api/v1/alerts/{alert_id}/verdict")
def judge_as_data(here: Here, who: Judge, alert_id: str, said: Verdict) -> dict[str, Any]:
    """Give an alert a verdict: true, benign, false with a reason, acknowledged, or new to take one back."""
    with answered():
        use_cases.judge(here, who, alert_id, said.to, said.reason, said.version)
    return as_data(here, who, alert_id)


@router.post("/api/v1/alerts/{alert_id}/escalate")
def escalate_as_data(here: Here, who: Judge, alert_id: str, version: int, incident: str = "") -> dict[str, str]:
    """Open an incident of an alert, or add it to one."""
    with answered():
        return {"incident": use_cases.escalate(here, who, alert_id, incident, version)}


def _queue(request: Request, here: Desk, who: Viewer, asked: Filter, before: str, **more: Any) -> Response:
    values: dict[str, Any] = {"asked": asked, "done": None, "verdict": "", "groups": [], "rows": [], "older": None}
    with answered(), here.reads.begin() as connection:
        values["total"] = queries.count(connection, who, asked)
        if asked.group == "rule":
            values["groups"] = queries.groups(connection, who, asked)
        else:
            rows, after = queries.alerts(connection, who, asked, _place(before))
            values["rows"] = rows
            values["older"] = f"/alerts?{urlencode(asked.address(before=_named(after)))}" if after else None
    address = urlencode(asked.address())
    return page(request, who, "alerts/queue.html", **{**values, **more}, address=address, levels=queries.LEVELS)


def _one(connection: Any, who: Viewer, alert_id: str) -> Any:
    row = queries.one(connection, who, alert_id)
    if row is None:
        raise HTTPException(404)
    return row


def _place(before: str) -> tuple[datetime, str] | None:
    if not before:
        return None
    at, _bar, name = before.partition("|")
    return time_of(at), name


def _named(after: tuple[datetime, str] | None) -> str:
    return f"{after[0].isoformat()}|{after[1]}" if after else ""
