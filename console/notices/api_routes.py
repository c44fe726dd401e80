"""Notices for programs: everything the pages do, by the same use cases."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from console.accounts.viewer import Viewer
from console.notices import use_cases
from console.notices.acts import acting
from console.notices.document import document
from console.notices.queries import PAGE, Filter, count, notices
from console.notices.routes import Drafter, Reader, Reviewer, asked_for, told_of
from console.web.desk import Desk, desk

router = APIRouter(prefix="/api/v1/notices")

Here = Annotated[Desk, Depends(desk)]
Asked = Annotated[Filter, Depends(asked_for)]


class Wanted(BaseModel):
    """A new draft: about findings of one unit (or of any, for a circular), or about an incident."""

    kind: str = Field(max_length=20)
    findings: list[str] = Field(default=[], max_length=50)
    incident: str | None = Field(default=None, max_length=16)


class Text(BaseModel):
    """The words and terms of a draft; what is not given stays."""

    version: int = Field(ge=0)
    title: str | None = Field(default=None, max_length=300)
    text: str | None = Field(default=None, max_length=20_000)
    advice: str | None = Field(default=None, max_length=5000)
    cc: list[str] | None = Field(default=None, max_length=20)
    secrecy: str | None = Field(default=None, max_length=20)
    urgency: str | None = Field(default=None, max_length=20)
    terms: dict[str, dict[str, Any]] | None = None


class Move(BaseModel):
    """An act of the lifecycle, such as reviewed, signed, issued, urged; some need a reason."""

    to: str = Field(max_length=20)
    reason: str = Field(default="", max_length=500)
    version: int = Field(ge=0)


class Reminded(BaseModel):
    """The notices whose units are reminded."""

    notices: list[str] = Field(max_length=200)


class Said(BaseModel):
    """An answer to what a unit asked."""

    text: str = Field(min_length=2, max_length=1000)


class Waiver(BaseModel):
    """A weakness that may stand, and why."""

    finding: str = Field(max_length=24)
    reason: str = Field(min_length=2, max_length=500)
    version: int = Field(ge=0)


class Decision(BaseModel):
    """A second person's word on a waiver."""

    finding: str = Field(max_length=24)
    grant: bool
    version: int = Field(ge=0)


class ToUnit(BaseModel):
    """One of the units a notice goes to."""

    unit: str = Field(max_length=40)


@router.get("")
def list_as_data(here: Here, who: Reader, asked: Asked) -> dict[str, Any]:
    """A page of notices, overdue ones first; `next` goes into `skip` for the following page."""
    with here.reads.begin() as connection:
        rows, more = notices(connection, who, asked)
        total = count(connection, who, asked)
    keys = ("id", "kind", "state", "pressure", "number", "title", "unit_id", "county", "severity", "version")
    listed = [{key: getattr(row, key) for key in keys} for row in rows]
    return {"notices": listed, "next": asked.skip + PAGE if more else None, "total": total}


@router.post("", status_code=201)
def draft_as_data(here: Here, who: Drafter, said: Wanted) -> dict[str, Any]:
    """Draft a notice; findings of several units make one each, and `ids` names them all."""
    with acting():
        made = use_cases.draft(here, who, said.kind, said.findings, said.incident)
    return {"id": made[0], "ids": made}


@router.post("/remind")
def remind_as_data(here: Here, who: Drafter, said: Reminded) -> dict[str, int]:
    """Remind the units that have not acted."""
    with acting():
        return {"told": use_cases.remind(here, who, said.notices)}


@router.get("/{notice_id}")
def as_data(here: Here, who: Reader, notice_id: str) -> dict[str, Any]:
    """One notice with its findings, recipients, proof, re-tests and timeline."""
    return document(told_of(here, who, notice_id))


@router.put("/{notice_id}")
def edit_as_data(here: Here, who: Drafter, notice_id: str, said: Text) -> dict[str, Any]:
    """Change the words and terms of a draft."""
    with acting():
        use_cases.edit(here, who, notice_id, said.version, said.model_dump(exclude={"version"}, exclude_none=True))
    return _now(here, who, notice_id)


@router.post("/{notice_id}/move")
def move_as_data(here: Here, who: Reader, notice_id: str, said: Move) -> dict[str, Any]:
    """Do an act of the lifecycle. At issue the answer carries each unit's link, once and nowhere else."""
    with acting():
        result = use_cases.move(here, who, notice_id, said.to, said.reason, said.version)
    return {**_now(here, who, notice_id), **result}


@router.post("/{notice_id}/answer")
def answer_as_data(here: Here, who: Drafter, notice_id: str, said: Said) -> dict[str, Any]:
    """Answer what the unit asked."""
    with acting():
        use_cases.answer(here, who, notice_id, said.text)
    return _now(here, who, notice_id)


@router.post("/{notice_id}/waiver")
def ask_waiver_as_data(here: Here, who: Drafter, notice_id: str, said: Waiver) -> dict[str, Any]:
    """Propose to let a weakness stand."""
    with acting():
        use_cases.ask_waiver(here, who, notice_id, said.finding, said.reason, said.version)
    return _now(here, who, notice_id)


@router.post("/{notice_id}/waiver/decide")
def decide_waiver_as_data(here: Here, who: Reviewer, notice_id: str, said: Decision) -> dict[str, Any]:
    """Grant or refuse a waiver that another person proposed."""
    with acting():
        use_cases.decide_waiver(here, who, notice_id, said.finding, said.version, grant=said.grant)
    return _now(here, who, notice_id)


@router.post("/{notice_id}/link")
def link_as_data(here: Here, who: Drafter, notice_id: str, said: ToUnit) -> dict[str, str]:
    """A new link for a unit; those it had end."""
    with acting():
        return {"link": use_cases.new_link(here, who, notice_id, said.unit)}


@router.post("/{notice_id}/revoke")
def revoke_as_data(here: Here, who: Drafter, notice_id: str, said: ToUnit) -> dict[str, int]:
    """End the links of a unit."""
    with acting():
        return {"ended": use_cases.revoke_links(here, who, notice_id, said.unit)}


def _now(here: Desk, who: Viewer, notice_id: str) -> dict[str, Any]:
    return document(told_of(here, who, notice_id))
