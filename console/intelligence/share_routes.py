"""Proposing what to share with the filter in sight, and deciding on it."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from analytics.intel.policy import load_markings
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.intelligence import sharing
from console.intelligence.sharing import MOST, STATE_WORDS, TARGETS, Wish
from console.web.acts import Said, answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("intelligence.read"))]
Manager = Annotated[Viewer, Depends(viewer("intelligence.manage"))]
# What leaves is released by whoever releases to the province.
Releaser = Annotated[Viewer, Depends(viewer("province.release"))]


class Proposal(BaseModel):
    """Ids of indicators, alerts and incidents, where to, and the highest marking that may leave."""

    refs: list[str] = Field(min_length=1, max_length=MOST)
    target: str = Field(default="province", max_length=12)
    marking: str = Field(default="内部", max_length=10)
    reason: str = Field(min_length=2, max_length=500)


class Decision(BaseModel):
    """Release or refuse, with the reason."""

    approve: bool
    reason: str = Field(default="", max_length=500)
    version: int = Field(ge=0)


class Withdrawal(BaseModel):
    """Take one's own proposal back."""

    version: int = Field(ge=0)


@router.get("/intelligence/share", include_in_schema=False)
def ask(
    request: Request,
    here: Here,
    who: Manager,
    ref: Annotated[list[str], Query(max_length=MOST)],
    marking: Annotated[str, Query(max_length=10)] = "内部",
    target: Annotated[str, Query(max_length=12)] = "province",
) -> Response:
    wish = Wish(tuple(one[:60] for one in ref), target, marking)
    with answered():
        built = sharing.preview(here, who, wish)
    given: dict[str, Any] = {"wish": wish, "built": built, "targets": TARGETS, "markings": load_markings()}
    return page(request, who, "intelligence/ask.html", path="/intelligence", **given)


@router.post("/intelligence/share", include_in_schema=False)
def propose(
    here: Here,
    who: Manager,
    refs: Annotated[list[str], Form(max_length=MOST)],
    marking: Annotated[str, Form(max_length=10)],
    target: Annotated[str, Form(max_length=12)],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    with answered():
        share_id = sharing.propose(here, who, Wish(tuple(refs), target, marking), reason)
    return RedirectResponse(f"/intelligence/shares/{share_id}", 303)


@router.get("/intelligence/shares", include_in_schema=False)
def show_list(request: Request, here: Here, who: Reader) -> Response:
    with here.reads.begin() as connection:
        rows = sharing.shares(connection, who)
    given: dict[str, Any] = {"rows": rows, "words": STATE_WORDS, "targets": TARGETS}
    return page(request, who, "intelligence/shares.html", path="/intelligence", **given)


@router.get("/intelligence/shares/{share_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, share_id: str) -> Response:
    row = _found(here, who, share_id)
    content = json.dumps(row.bundle, ensure_ascii=False, indent=1)
    given: dict[str, Any] = {"row": row, "words": STATE_WORDS, "targets": TARGETS, "content": content}
    return page(request, who, "intelligence/share.html", path="/intelligence", **given)


@router.post("/intelligence/shares/{share_id}/decide", include_in_schema=False)
def decide(
    here: Here,
    who: Releaser,
    share_id: str,
    approve: Annotated[bool, Form()],
    version: Annotated[int, Form(ge=0)],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    _decide(here, who, share_id, Decision(approve=approve, reason=reason, version=version))
    return RedirectResponse(f"/intelligence/shares/{share_id}", 303)


@router.post("/intelligence/shares/{share_id}/withdraw", include_in_schema=False)
def withdraw(here: Here, who: Manager, share_id: str, version: Annotated[int, Form(ge=0)]) -> Response:
    with answered():
        sharing.withdraw(here, who, share_id, version)
    return RedirectResponse(f"/intelligence/shares/{share_id}", 303)


@router.get("/api/v1/intelligence/shares")
def list_as_data(here: Here, who: Reader) -> dict[str, Any]:
    """The newest shares, those that wait for a decision in front."""
    with here.reads.begin() as connection:
        return {"shares": [sharing.document(row) for row in sharing.shares(connection, who)]}


@router.post("/api/v1/intelligence/shares", status_code=201)
def propose_as_data(here: Here, who: Manager, said: Proposal) -> dict[str, Any]:
    """Propose to share; the answer says what was left out and why."""
    with answered():
        share_id = sharing.propose(here, who, Wish(tuple(said.refs), said.target, said.marking), said.reason)
    return as_data(here, who, share_id)


@router.get("/api/v1/intelligence/shares/{share_id}")
def as_data(here: Here, who: Reader, share_id: str) -> dict[str, Any]:
    """One share with its bundle."""
    return sharing.document(_found(here, who, share_id), whole=True)


@router.post("/api/v1/intelligence/shares/{share_id}/decide")
def decide_as_data(here: Here, who: Releaser, share_id: str, said: Decision) -> dict[str, Any]:
    """Release somebody else's proposal or refuse it."""
    _decide(here, who, share_id, said)
    return sharing.document(_found(here, who, share_id))


@router.post("/api/v1/intelligence/shares/{share_id}/withdraw")
def withdraw_as_data(here: Here, who: Manager, share_id: str, said: Withdrawal) -> dict[str, Any]:
    """Take one's own proposal back."""
    with answered():
        sharing.withdraw(here, who, share_id, said.version)
    return sharing.document(_found(here, who, share_id))


def _decide(here: Desk, who: Viewer, share_id: str, said: Decision) -> None:
    try:
        with answered():
            sharing.decide(here, who, share_id, said.approve, said.reason, said.version)
    except HTTPException as error:
        if isinstance(error.__cause__, sharing.OnePerson):
            raise Said(403, error.__cause__) from error
        raise


def _found(here: Desk, who: Viewer, share_id: str) -> Any:
    with here.reads.begin() as connection:
        row = sharing.share(connection, who, share_id)
    if row is None:
        raise HTTPException(404)
    return row
