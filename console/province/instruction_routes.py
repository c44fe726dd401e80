"""Instructions of the province: their page and what is done with them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from analytics.db import UNIT
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.province import use_cases
from console.province.instructions import MOVES, WORDS, Step
from console.province.markings import link_rules
from console.province.queries import instruction_document, instructions, one_instruction, steps
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page
from console.web.scope import in_scope

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("province.read"))]
Worker = Annotated[Viewer, Depends(viewer("province.work"))]


class Move(BaseModel):
    """The next state; the unit it is passed on to, what is said to the province, what it belongs to."""

    to: str = Field(max_length=20)
    text: str = Field(default="", max_length=4000)
    unit: str | None = Field(default=None, max_length=40)
    incident: str | None = Field(default=None, max_length=16)
    notice: str | None = Field(default=None, max_length=40)

    def step(self) -> Step:
        """The step that this asks for."""
        return Step(self.to, self.text.strip(), self.unit or None, self.incident or None, self.notice or None)


@router.get("/province/instructions/{instruction_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, instruction_id: str) -> Response:
    rules = link_rules()["instructions"]
    with here.reads.begin() as connection:
        row = one_instruction(connection, who, instruction_id)
        if row is None:
            raise HTTPException(404)
        units = connection.execute(in_scope(select(UNIT.c.id, UNIT.c.name), UNIT, who).order_by(UNIT.c.name)).all()
        values: dict[str, Any] = {
            "row": row,
            "steps": steps(connection, instruction_id),
            "units": units,
            "offered": [to for to in MOVES if to in MOVES[row.state]],
            "words": WORDS,
            "kind": rules["kinds"][row.kind],
            "urgency": rules["urgencies"][row.urgency],
        }
    return page(request, who, "province/instruction.html", path="/province", **values)


@router.post("/province/instructions/{instruction_id}", include_in_schema=False)
def move(
    here: Here,
    who: Worker,
    instruction_id: str,
    to: Annotated[str, Form(max_length=20)],
    text: Annotated[str, Form(max_length=4000)] = "",
    unit: Annotated[str, Form(max_length=40)] = "",
    incident: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    with answered():
        use_cases.step(here, who, instruction_id, Move(to=to, text=text, unit=unit, incident=incident.strip()).step())
    return RedirectResponse(f"/province/instructions/{instruction_id}", 303)


@router.get("/api/v1/instructions")
def list_as_data(here: Here, who: Reader, state: Annotated[str | None, Query(max_length=20)] = None) -> dict[str, Any]:
    """Instructions of the province, the newest first."""
    keys = ("id", "number", "kind", "urgency", "title", "state", "version")
    with here.reads.begin() as connection:
        rows = instructions(connection, who, state)
    return {"instructions": [{key: getattr(row, key) for key in keys} for row in rows]}


@router.get("/api/v1/instructions/{instruction_id}")
def as_data(here: Here, who: Reader, instruction_id: str) -> dict[str, Any]:
    """An instruction with its steps and whether each reached the province."""
    with here.reads.begin() as connection:
        row = one_instruction(connection, who, instruction_id)
        if row is None:
            raise HTTPException(404)
        return instruction_document(connection, row)


@router.post("/api/v1/instructions/{instruction_id}/move")
def move_as_data(here: Here, who: Worker, instruction_id: str, said: Move) -> dict[str, Any]:
    """Sign for it, pass it on, answer it, finish it."""
    with answered():
        use_cases.step(here, who, instruction_id, said.step())
    return as_data(here, who, instruction_id)
