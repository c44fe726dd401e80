"""The page of exercises: beginning one, ending it, and what was made during each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from analytics.lifecycle import Unfit
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.exercise import use_cases
from console.exercise.queries import MADE, document, exercises
from console.web.acts import Said
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Manager = Annotated[Viewer, Depends(viewer("exercise.manage"))]


class Begin(BaseModel):
    """What the exercise is called."""

    name: str = Field(min_length=2, max_length=120)


@router.get("/exercise", include_in_schema=False)
def show(request: Request, here: Here, who: Manager) -> Response:
    with here.reads.begin() as connection:
        held = exercises(connection)
    running = next((one for one in held if one.row.ended_at is None), None)
    kinds = [(name, words) for name, words, _table in MADE]
    return page(request, who, "exercise/page.html", held=held, running=running, kinds=kinds)


@router.post("/exercise", include_in_schema=False)
def begin(here: Here, who: Manager, name: Annotated[str, Form(max_length=120)]) -> Response:
    _begun(here, who, name)
    return RedirectResponse("/exercise", 303)


@router.post("/exercise/end", include_in_schema=False)
def finish(here: Here, who: Manager) -> Response:
    _ended(here, who)
    return RedirectResponse("/exercise", 303)


@router.get("/api/v1/exercise")
def as_data(here: Here, who: Manager) -> dict[str, Any]:
    """The exercise that runs, if one does, and those before it, with what was made during each."""
    with here.reads.begin() as connection:
        held = [document(one) for one in exercises(connection)]
    running = next((one for one in held if one["ended_at"] is None), None)
    return {"running": running, "exercises": held}


@router.post("/api/v1/exercise", status_code=201)
def begin_as_data(here: Here, who: Manager, said: Begin) -> dict[str, Any]:
    """Begin an exercise."""
    return _begun(here, who, said.name)


@router.delete("/api/v1/exercise")
def finish_as_data(here: Here, who: Manager) -> dict[str, Any]:
    """End the exercise that runs; what was made during it."""
    return _ended(here, who)


def _begun(here: Desk, who: Viewer, name: str) -> dict[str, Any]:
    _whole(who)
    try:
        return document(use_cases.begin(here, who, name))
    except ValueError as error:
        raise Said(409 if "still runs" in str(error) else 422, error) from error


def _ended(here: Desk, who: Viewer) -> dict[str, Any]:
    _whole(who)
    try:
        return document(use_cases.finish(here, who))
    except ValueError as error:
        raise Said(409, error) from error


def _whole(who: Viewer) -> None:
    """Refuse whoever looks after a part of the prefecture: an exercise marks what everybody makes."""
    if not who.sees_all:
        raise Said(
            403,
            Unfit(
                "演练涉及全州，请由管辖全州的同事办理",
                "an exercise is the whole prefecture's; ask somebody who looks after it",
            ),
        )
