"""The pages of the mechanism and of the calendar: what is in force, what else there is, and loading a new one."""

from __future__ import annotations

from datetime import UTC
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from analytics.grading.tables import load_tables
from analytics.lifecycle import Unfit
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.calendar.working_time import SHANGHAI, load_calendar
from console.office.bounded_yaml import MOST_BYTES
from console.response import level_use_cases as use_cases
from console.response import placing
from console.response.level_file import load_levels
from console.response.level_tables import MECHANISM, TICK
from console.response.mechanism import load_mechanism, shipped, versions
from console.response.slots import Mechanism
from console.web.acts import Said, answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("response.read"))]
Worker = Annotated[Viewer, Depends(viewer("response.work"))]
Decider = Annotated[Viewer, Depends(viewer("response.decide"))]


@router.get("/response/mechanism", include_in_schema=False)
def show(request: Request, here: Here, who: Reader) -> Response:
    today = here.clock().astimezone(SHANGHAI).date()
    with here.reads.begin() as connection:
        units = placing.units_of(connection)
        loaded = connection.execute(select(MECHANISM).order_by(MECHANISM.c.loaded_at.desc())).all()
        ticks = connection.execute(select(TICK).where(TICK.c.ref == str(today.year))).all()
    placed = versions(here.data.root, units)
    ours = load_mechanism(here.data.root, today, units)
    values: dict[str, Any] = {
        "ours": ours,
        "periods": [one for one in ours.checklist() if one.kind == "period"],
        "ticks": {row.slot: row for row in ticks},
        "others": [one for one in (*placed, shipped()) if isinstance(one, Mechanism)],
        "refused": [one for one in placed if isinstance(one, str)],
        "loaded": loaded,
        "today": today,
        "grades": load_tables().levels,
        "levels": load_levels(here.data.root),
    }
    return page(request, who, "response/mechanism.html", **values)


@router.post("/response/mechanism", include_in_schema=False)
def take(here: Here, who: Decider, file: UploadFile) -> Response:
    _whole(who)
    with answered():
        placing.place_mechanism(here, who, file.file.read(MOST_BYTES + 1), _name(file))
    return RedirectResponse("/response/mechanism", 303)


@router.post("/response/mechanism/periods", include_in_schema=False)
def tick(here: Here, who: Worker, slot: Annotated[str, Form(max_length=64)]) -> Response:
    _whole(who)
    with answered():
        use_cases.tick_period(here, who, slot)
    return RedirectResponse("/response/mechanism", 303)


@router.get("/api/v1/mechanism")
def as_data(here: Here, who: Reader) -> dict[str, Any]:
    """The mechanism in force: its groups, slots and calls, with what is odd about it."""
    today = here.clock().astimezone(SHANGHAI).date()
    with here.reads.begin() as connection:
        ours = load_mechanism(here.data.root, today, placing.units_of(connection))
    return document(ours)


@router.post("/api/v1/mechanism", status_code=201)
def take_as_data(here: Here, who: Decider, file: UploadFile) -> dict[str, Any]:
    """Load a new version of the mechanism."""
    _whole(who)
    with answered():
        return document(placing.place_mechanism(here, who, file.file.read(MOST_BYTES + 1), _name(file)))


@router.get("/response/calendar", include_in_schema=False)
def show_calendar(request: Request, here: Here, who: Reader) -> Response:
    calendar, now = load_calendar(here.data.root), here.clock()
    this = now.astimezone(SHANGHAI).year
    unknown = [year for year in (this, this + 1) if year not in {one.year for one in calendar.years}]
    return page(request, who, "response/calendar.html", calendar=calendar, unknown=unknown)


@router.post("/response/calendar", include_in_schema=False)
def take_calendar(here: Here, who: Decider, file: UploadFile) -> Response:
    _whole(who)
    with answered():
        placing.place_calendar(here, who, file.file.read(MOST_BYTES + 1), _name(file))
    return RedirectResponse("/response/calendar", 303)


@router.get("/api/v1/calendar")
def calendar_as_data(here: Here, who: Reader) -> dict[str, Any]:
    """The days off and the weekend days worked, by year, and the office hours."""
    calendar = load_calendar(here.data.root)
    return {
        "hours": [[start.isoformat("minutes"), end.isoformat("minutes")] for start, end in calendar.hours],
        "years": [
            {
                "year": one.year,
                "source": one.source,
                "confidence": one.confidence,
                "off": sorted(day.isoformat() for day in one.off),
                "worked": sorted(day.isoformat() for day in one.worked),
            }
            for one in calendar.years
        ],
        "refused": list(calendar.refused),
        "at": here.clock().astimezone(UTC).isoformat(),
    }


@router.post("/api/v1/calendar", status_code=201)
def take_calendar_as_data(here: Here, who: Decider, file: UploadFile) -> dict[str, str]:
    """Load a year's holidays, named like cn-2027.yml, or office-hours.yml."""
    _whole(who)
    with answered():
        return {"name": placing.place_calendar(here, who, file.file.read(MOST_BYTES + 1), _name(file))}


def document(ours: Mechanism) -> dict[str, Any]:
    """A mechanism as JSON values."""
    return {
        "id": ours.id,
        "version": ours.version,
        "effective": ours.effective.isoformat(),
        "label": ours.label,
        "name": ours.name,
        "sha256": ours.digest,
        "groups": [{"key": one.key, "name": one.name, "kind": one.kind, "expect": one.expect} for one in ours.groups],
        "slots": [
            {"slot": one.ref, "name": one.name, "unit": one.unit, "roles": list(one.roles), "enabled": one.enabled}
            for one in ours.slots
        ],
        "warnings": [{"zh": one.zh, "en": one.en} for one in ours.warnings],
    }


def _name(file: UploadFile) -> str:
    """The file's own name, without any folder a client put before it."""
    return PurePosixPath((file.filename or "").replace("\\", "/")).name[:80] or "upload.yml"


def _whole(who: Viewer) -> None:
    """Refuse whoever looks after a part of the prefecture: these files are for all of it."""
    if not who.sees_all:
        raise Said(
            403,
            Unfit(
                "机制和日历由全州共用，请由管辖全州的同事办理",
                "mechanism and calendar are the whole prefecture's; ask somebody who looks after it",
            ),
        )
