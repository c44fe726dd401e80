"""Response levels of an incident, the calls they make, and the clocks people stop."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import AwareDatetime, BaseModel, Field

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.response import level_use_cases as use_cases
from console.response.level_queries import document, response_of
from console.response.levels import Change, decide
from console.web.acts import Said, answered
from console.web.desk import Desk, desk

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("response.read"))]
Worker = Annotated[Viewer, Depends(viewer("response.work"))]
Decider = Annotated[Viewer, Depends(viewer("response.decide"))]


class Decision(BaseModel):
    """A response level to start, to change to, or to end; `seq` is the number of the change that was seen last."""

    action: str = Field(max_length=10)
    level: int | None = Field(default=None, ge=1, le=9)
    reason: str = Field(min_length=2, max_length=500)
    seq: int | None = Field(default=None, ge=0)


class Learned(BaseModel):
    """When it was learned of."""

    at: AwareDatetime


@router.get("/api/v1/incidents/{incident_id}/response")
def as_data(here: Here, who: Reader, incident_id: str) -> dict[str, Any]:
    """The response level of an incident, who was called in, its clocks, and every signed change."""
    with answered(), here.reads.begin() as connection:
        return document(response_of(connection, who, here.data.root, here.data.keys, incident_id))


@router.post("/api/v1/incidents/{incident_id}/response")
def decide_as_data(here: Here, who: Decider, incident_id: str, said: Decision) -> dict[str, Any]:
    """Start, change or end the response level."""
    with answered():
        decide(here, who, incident_id, Change(said.action, said.level, said.reason, said.seq))
    return as_data(here, who, incident_id)


@router.post("/incidents/{incident_id}/response", include_in_schema=False)
def decide_by_form(
    here: Here,
    who: Decider,
    incident_id: str,
    action: Annotated[str, Form(max_length=10)],
    reason: Annotated[str, Form(max_length=500)],
    seq: Annotated[int, Form(ge=0)],
    level: Annotated[int | None, Form(ge=1, le=9)] = None,
) -> Response:
    with answered():
        decide(here, who, incident_id, Change(action, level, reason, seq))
    return _back(incident_id)


@router.post("/callouts/{callout_id}/acknowledge", include_in_schema=False)
def come(here: Here, who: Reader, callout_id: int) -> Response:
    return _back(_come(here, who, callout_id))


@router.post("/api/v1/callouts/{callout_id}/acknowledge")
def come_as_data(here: Here, who: Reader, callout_id: int) -> dict[str, Any]:
    """Acknowledge a call: one's own, or another's who said so by telephone."""
    return as_data(here, who, _come(here, who, callout_id))


@router.post("/incidents/{incident_id}/stages", include_in_schema=False)
def tick(here: Here, who: Worker, incident_id: str, slot: Annotated[str, Form(max_length=64)]) -> Response:
    with answered():
        use_cases.tick(here, who, incident_id, slot)
    return _back(incident_id)


@router.post("/incidents/{incident_id}/clocks/{clock_id}/meet", include_in_schema=False)
def stop_clock(here: Here, who: Worker, incident_id: str, clock_id: str) -> Response:
    with answered():
        use_cases.stop_clock(here, who, incident_id, clock_id)
    return _back(incident_id)


@router.post("/api/v1/incidents/{incident_id}/clocks/{clock_id}/meet")
def stop_clock_as_data(here: Here, who: Worker, incident_id: str, clock_id: str) -> dict[str, Any]:
    """Say that a duty is fulfilled, which stops its clock."""
    with answered():
        use_cases.stop_clock(here, who, incident_id, clock_id)
    return as_data(here, who, incident_id)


@router.post("/incidents/{incident_id}/learned", include_in_schema=False)
def learned(here: Here, who: Worker, incident_id: str, at: Annotated[str, Form(max_length=20)]) -> Response:
    with answered():
        moment = datetime.fromisoformat(at)
        local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        use_cases.learned(here, who, incident_id, local)
    return _back(incident_id)


@router.post("/api/v1/incidents/{incident_id}/learned")
def learned_as_data(here: Here, who: Worker, incident_id: str, said: Learned) -> dict[str, Any]:
    """Say when it was learned of, which may start the clocks earlier."""
    with answered():
        use_cases.learned(here, who, incident_id, said.at)
    return as_data(here, who, incident_id)


def _come(here: Desk, who: Viewer, callout_id: int) -> str:
    with answered():
        try:
            return use_cases.come(here, who, callout_id)
        except use_cases.NotYours as error:
            raise Said(403, error) from error


def _back(incident_id: str) -> Response:
    return RedirectResponse(f"/incidents/{incident_id}#response", 303)
