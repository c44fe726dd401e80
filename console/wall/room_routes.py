"""The page of an incident's room."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from analytics.grading.tables import load_tables
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.wall.room import room_of
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()


@router.get("/incidents/{incident_id}/room", include_in_schema=False)
def show(
    request: Request,
    here: Annotated[Desk, Depends(desk)],
    who: Annotated[Viewer, Depends(viewer("incidents.read"))],
    incident_id: str,
) -> Response:
    with here.reads.begin() as connection:
        room = room_of(connection, who, here.data.root, here.data.keys, incident_id, here.clock())
    if room is None:
        raise HTTPException(404)
    return page(request, who, "wall/room.html", room=room, row=room.row, classes=load_tables().classes)
