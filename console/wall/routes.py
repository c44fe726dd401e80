"""The big screen, its formula, its numbers as data, and the machines that show it in the hall."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from analytics.posture.attacks import load_counting
from analytics.posture.counties import load_counties
from analytics.posture.score import load_scoring, risk_of, score_of
from console.accounts import sessions
from console.accounts.guard import viewer
from console.accounts.routes import origin_of
from console.accounts.viewer import Viewer
from console.wall import kiosk, numbers
from console.wall.board import PARTS, Board, Shown, look_of
from console.wall.figure import link
from console.wall.numbers import Reach
from console.wall.snapshot import as_document, take
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("wall.read"))]
Host = Annotated[Viewer, Depends(viewer("exercise.manage"))]
Keeper = Annotated[Viewer, Depends(viewer("accounts.manage"))]
# The list behind a row of the formula.
_LISTS = {"incidents": ("/incidents", "level"), "findings": ("/findings", "severity"), "alerts": ("/alerts", "level")}


class Machine(BaseModel):
    """A machine that shows the screen: an account of role screen, where it stands, its address."""

    login: str = Field(max_length=40)
    label: str = Field(max_length=60)
    address: str = Field(max_length=60)


@router.get("/wall", include_in_schema=False)
def show(request: Request, here: Here, who: Reader) -> Response:
    shown = _shown(request, here, who)
    hosts = who.may("exercise.manage")
    with here.reads.begin() as connection:
        halls = kiosk.living(connection, here.clock()) if hosts and who.sees_all else []
    values: dict[str, Any] = {"place": here.office.office.place, "order": PARTS, "hosts": hosts, "halls": halls}
    return page(request, who, "wall/wall.html", shown=shown, taken=shown.taken, **values)


@router.get("/api/v1/wall")
def as_data(request: Request, here: Here, who: Reader) -> dict[str, Any]:
    """One snapshot of the situation: every number with the address of the list it counts."""
    with here.reads.begin() as connection:
        masked = kiosk.is_masked(connection, request.cookies.get(sessions.COOKIE, ""))
        return as_document(take(connection, Reach(who.counties, who.units, masked), here.clock()))


@router.get("/wall/score", include_in_schema=False)
def score(
    request: Request, here: Here, who: Reader, county: Annotated[str, Query(pattern=r"^(\d{6})?$")] = ""
) -> Response:
    place = next((one for one in load_counties() if one.code == county), None)
    if county and place is None:
        raise HTTPException(404)
    scoring = load_scoring()
    with here.reads.begin() as connection:
        open_ = numbers.open_now(connection, Reach(who.counties, who.units))
        at = numbers.counted_at(connection)
    if county and not who.sees_all and county not in (who.counties or ()) and county not in open_.by_county:
        raise HTTPException(404)
    counts = open_.by_county.get(county, {}) if county else open_.total
    made = score_of(counts, scoring)
    hrefs = {row.id: link(_LISTS[row.measure][0], **_asked(row.measure, row.facet, county)) for row in scoring.rows}
    values: dict[str, Any] = {"scoring": scoring, "hrefs": hrefs, "place": place, "at": at, "counting": load_counting()}
    return page(request, who, "wall/score.html", score=made, risk=risk_of(counts, scoring), **values)


@router.post("/wall/visitors", include_in_schema=False)
def mask_own(request: Request, here: Here, who: Host, masked: Annotated[bool, Form()]) -> Response:
    with here.engine.begin() as connection:
        token = request.cookies.get(sessions.COOKIE, "")
        kiosk.mask_session(connection, token, masked, who.login, here.clock())
    return RedirectResponse("/wall", 303)


@router.post("/wall/screens/{kiosk_id}/visitors", include_in_schema=False)
def mask_machine(here: Here, who: Host, kiosk_id: int, masked: Annotated[bool, Form()]) -> Response:
    if not who.sees_all:
        # It shows the whole prefecture.
        raise HTTPException(404)
    with answered(), here.engine.begin() as connection:
        kiosk.mask_machine(connection, kiosk_id, masked, who.login, here.clock())
    return RedirectResponse("/wall", 303)


@router.get("/wall/screens", include_in_schema=False)
def screens(request: Request, here: Here, who: Keeper) -> Response:
    return _screens(request, here, who)


@router.post("/wall/screens", include_in_schema=False)
def allow(
    request: Request,
    here: Here,
    who: Keeper,
    login: Annotated[str, Form(max_length=40)],
    label: Annotated[str, Form(max_length=60)],
    address: Annotated[str, Form(max_length=60)],
) -> Response:
    try:
        with here.engine.begin() as connection:
            token = kiosk.allow(connection, login, label, address, who.login, here.clock())
    except ValueError as error:
        return _screens(request, here, who, problem=str(error))
    return _screens(request, here, who, handed=f"{str(request.base_url).rstrip('/')}/wall/kiosk/{token}")


@router.post("/wall/screens/{kiosk_id}/revoke", include_in_schema=False)
def revoke(here: Here, who: Keeper, kiosk_id: int) -> Response:
    with answered(), here.engine.begin() as connection:
        kiosk.revoke(connection, kiosk_id, who.login, here.clock())
    return RedirectResponse("/wall/screens", 303)


@router.get("/api/v1/wall/screens")
def screens_as_data(here: Here, who: Keeper) -> dict[str, Any]:
    """Every machine that shows the screen; never a token."""
    keys = ("id", "label", "address", "login", "masked", "created_by", "revoked_by")
    times = ("created_at", "ends_at", "opened_at", "revoked_at")
    with here.reads.begin() as connection:
        rows = kiosk.machines(connection)
    moments = [{key: at.isoformat() if (at := getattr(row, key)) else None for key in times} for row in rows]
    plain = [{key: getattr(row, key) for key in keys} for row in rows]
    return {"screens": [one | when for one, when in zip(plain, moments, strict=True)]}


@router.post("/api/v1/wall/screens", status_code=201)
def allow_as_data(here: Here, who: Keeper, machine: Machine) -> dict[str, str]:
    """Let a machine show the screen; the answer holds its address on this desk, once."""
    with answered(), here.engine.begin() as connection:
        token = kiosk.allow(connection, machine.login, machine.label, machine.address, who.login, here.clock())
    return {"path": f"/wall/kiosk/{token}"}


@router.delete("/api/v1/wall/screens/{kiosk_id}", status_code=204)
def revoke_as_data(here: Here, who: Keeper, kiosk_id: int) -> None:
    """End a machine: its address opens nothing any more."""
    with answered(), here.engine.begin() as connection:
        kiosk.revoke(connection, kiosk_id, who.login, here.clock())


@router.get("/wall/kiosk/{token}", include_in_schema=False)
def enter(request: Request, here: Here, token: str) -> Response:
    """Proves itself by the token and the address it comes from."""
    with here.engine.begin() as connection:
        opened = kiosk.enter(connection, token[:100], here.clock(), origin_of(request))
    if isinstance(opened, kiosk.Refused):
        raise HTTPException(404)
    answer = RedirectResponse("/wall", 303)
    answer.set_cookie(
        sessions.COOKIE,
        opened,
        max_age=int(kiosk.LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.https,
    )
    return answer


def _shown(request: Request, here: Desk, who: Viewer) -> Shown:
    board: Board = request.app.state.board
    with here.reads.begin() as connection:
        masked = kiosk.is_masked(connection, request.cookies.get(sessions.COOKIE, ""))
    return board.show(here.reads, look_of(who, masked), here.clock())


def _asked(measure: str, facet: str, county: str) -> dict[str, str | None]:
    more = {"group": "none"} if measure == "alerts" else {}
    return {_LISTS[measure][1]: facet, "county": county or None, **more}


def _screens(
    request: Request, here: Desk, who: Viewer, *, problem: str | None = None, handed: str | None = None
) -> Response:
    with here.reads.begin() as connection:
        values: dict[str, Any] = {"rows": kiosk.machines(connection), "accounts": kiosk.screen_accounts(connection)}
    return page(request, who, "wall/screens.html", 422 if problem else 200, problem=problem, handed=handed, **values)
