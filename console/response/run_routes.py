"""Runs of playbooks: their list, a run's page, and what people do there."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.incidents.queries import one as one_incident
from console.response import run_use_cases
from console.response.run_queries import document, of_incident, one_run, runs, story
from console.response.run_use_cases import Answer
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("response.read"))]
Worker = Annotated[Viewer, Depends(viewer("response.work"))]
Decider = Annotated[Viewer, Depends(viewer("response.decide"))]
Reason = Annotated[str, Form(max_length=500)]


class Start(BaseModel):
    """Which playbook, by its id or the name of a shipped one."""

    playbook: str = Field(min_length=1, max_length=80)


class Finish(BaseModel):
    """How a manual step ended, and the values it gives back."""

    outcome: str = Field(pattern="^(success|failure)$")
    note: str = Field(default="", max_length=500)
    values: dict[str, str | bool | int | float] = Field(default_factory=dict, max_length=50)


class Decision(BaseModel):
    """One person's voice in an approval."""

    approve: bool
    reason: str = Field(min_length=2, max_length=500)


class Stop(BaseModel):
    """Why a run is stopped."""

    reason: str = Field(min_length=2, max_length=500)


@router.get("/response/runs", include_in_schema=False)
def show_list(
    request: Request,
    here: Here,
    who: Reader,
    state: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    with here.reads.begin() as connection:
        rows, after = runs(connection, who, state, before)
    older = f"/response/runs?state={state}&before={after}" if after else None
    return page(request, who, "response/runs.html", rows=rows, state=state, older=older)


@router.get("/response/runs/{run_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, run_id: str) -> Response:
    with here.reads.begin() as connection:
        told = story(connection, who, _row(connection, who, run_id))
    return page(request, who, "response/run.html", told=told, row=told.row)


@router.post("/incidents/{incident_id}/runs", include_in_schema=False)
def start(here: Here, who: Worker, incident_id: str, playbook: Annotated[str, Form(max_length=80)]) -> Response:
    with answered():
        run_use_cases.start(here, who, incident_id, playbook)
    return RedirectResponse(f"/incidents/{incident_id}", 303)


@router.post("/response/runs/{run_id}/steps/{step_run_id}/take", include_in_schema=False)
def take(here: Here, who: Worker, run_id: str, step_run_id: int, back: Annotated[str, Form()] = "") -> Response:
    with answered():
        run_use_cases.take(here, who, run_id, step_run_id)
    return _back(here, who, run_id, back)


@router.post("/response/runs/{run_id}/steps/{step_run_id}/finish", include_in_schema=False)
async def finish(request: Request, here: Here, who: Worker, run_id: str, step_run_id: int) -> Response:
    # What a step asks for is its own: the fields are named by the playbook.
    form = await request.form(max_fields=100)
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    values = {
        name.removeprefix("value:"): value for name, value in texts.items() if name.startswith("value:") and value
    }
    said = Answer(texts.get("outcome", "success") == "success", texts.get("note", ""), values)
    return await run_in_threadpool(_finish, here, who, run_id, step_run_id, said, texts.get("back", ""))


@router.post("/response/runs/{run_id}/steps/{step_run_id}/decide", include_in_schema=False)
def decide(
    here: Here,
    who: Decider,
    run_id: str,
    step_run_id: int,
    approve: Annotated[str, Form(pattern="^(yes|no)$")],
    reason: Reason = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    with answered():
        run_use_cases.decide(here, who, run_id, step_run_id, approve == "yes", reason)
    return _back(here, who, run_id, back)


@router.post("/response/runs/{run_id}/cancel", include_in_schema=False)
def cancel(here: Here, who: Decider, run_id: str, reason: Reason = "") -> Response:
    with answered():
        run_use_cases.cancel(here, who, run_id, reason)
    return RedirectResponse(f"/response/runs/{run_id}", 303)


@router.get("/api/v1/runs")
def list_as_data(
    here: Here,
    who: Reader,
    state: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[str, Query(max_length=40)] = "",
) -> dict[str, Any]:
    """A page of runs, newest first; `next` goes into `before` for the following page."""
    with here.reads.begin() as connection:
        rows, after = runs(connection, who, state, before)
    keys = ("id", "name", "name_en", "playbook_id", "playbook_version", "incident_id", "state", "started_by")
    return {"runs": [{key: getattr(row, key) for key in keys} for row in rows], "next": after}


@router.get("/api/v1/runs/{run_id}")
def as_data(here: Here, who: Reader, run_id: str) -> dict[str, Any]:
    """A run with its steps, who has them, until when, and the voices of its approvals."""
    with here.reads.begin() as connection:
        return document(story(connection, who, _row(connection, who, run_id), with_log=False))


@router.get("/api/v1/incidents/{incident_id}/runs")
def of_incident_as_data(here: Here, who: Reader, incident_id: str) -> dict[str, Any]:
    """The runs of an incident, the newest first."""
    with here.reads.begin() as connection:
        if one_incident(connection, who, incident_id) is None:
            raise HTTPException(404)
        rows = of_incident(connection, who, incident_id)
    return {"runs": [{"id": row.id, "name": row.name, "state": row.state} for row in rows]}


@router.post("/api/v1/incidents/{incident_id}/runs", status_code=201)
def start_as_data(here: Here, who: Worker, incident_id: str, said: Start) -> dict[str, str]:
    """Start a playbook for an incident."""
    with answered():
        return {"id": run_use_cases.start(here, who, incident_id, said.playbook)}


@router.post("/api/v1/runs/{run_id}/steps/{step_run_id}/take")
def take_as_data(here: Here, who: Worker, run_id: str, step_run_id: int) -> dict[str, Any]:
    """Say that one is at a manual step."""
    with answered():
        run_use_cases.take(here, who, run_id, step_run_id)
    return as_data(here, who, run_id)


@router.post("/api/v1/runs/{run_id}/steps/{step_run_id}/finish")
def finish_as_data(here: Here, who: Worker, run_id: str, step_run_id: int, said: Finish) -> dict[str, Any]:
    """Finish a manual step."""
    with answered():
        answer = Answer(said.outcome == "success", said.note, said.values)
        run_use_cases.finish(here, who, run_id, step_run_id, answer)
    return as_data(here, who, run_id)


@router.post("/api/v1/runs/{run_id}/steps/{step_run_id}/decide")
def decide_as_data(here: Here, who: Decider, run_id: str, step_run_id: int, said: Decision) -> dict[str, Any]:
    """Give one's voice in an approval, once a person."""
    with answered():
        run_use_cases.decide(here, who, run_id, step_run_id, said.approve, said.reason)
    return as_data(here, who, run_id)


@router.post("/api/v1/runs/{run_id}/cancel")
def cancel_as_data(here: Here, who: Decider, run_id: str, said: Stop) -> dict[str, Any]:
    """Stop a run where it is."""
    with answered():
        run_use_cases.cancel(here, who, run_id, said.reason)
    return as_data(here, who, run_id)


def _finish(here: Desk, who: Viewer, run_id: str, step_run_id: int, said: Answer, back: str) -> Response:
    with answered():
        run_use_cases.finish(here, who, run_id, step_run_id, said)
    return _back(here, who, run_id, back)


def _row(connection: Connection, who: Viewer, run_id: str) -> Any:
    row = one_run(connection, who, run_id)
    if row is None:
        raise HTTPException(404)
    return row


def _back(here: Desk, who: Viewer, run_id: str, back: str) -> Response:
    """To the incident for whoever came from there, else to the run."""
    if back == "incident":
        with here.reads.begin() as connection:
            row = one_run(connection, who, run_id)
        if row is not None and row.incident_id and who.may("incidents.read"):
            return RedirectResponse(f"/incidents/{row.incident_id}", 303)
    return RedirectResponse(f"/response/runs/{run_id}", 303)
