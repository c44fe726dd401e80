"""Partners by TAXII: who may ask us, and where we fetch and push."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import Row

from analytics.intel.policy import load_markings
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.intelligence import use_cases
from console.intelligence.feeds import DIRECTIONS, Feed, feeds
from console.intelligence.peers import peers
from console.intelligence.taxii.shelf import COLLECTIONS
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Manager = Annotated[Viewer, Depends(viewer("intelligence.manage"))]


class PeerSaid(BaseModel):
    """A partner that asks our server: its name, the highest marking it reads, whether it may add."""

    name: str = Field(max_length=40)
    marking: str = Field(default="公开", max_length=10)
    may_add: bool = False


class FeedSaid(BaseModel):
    """A collection of another server. `secret` names a file in the data folder's `keys`."""

    name: str = Field(max_length=40)
    direction: str = Field(default="pull", max_length=8)
    url: str = Field(max_length=400)
    secret: str | None = Field(default=None, max_length=80)
    marking: str = Field(default="内部", max_length=10)
    every_minutes: int = Field(default=60, ge=1, le=10_080)


@router.get("/intelligence/partners", include_in_schema=False)
def show(request: Request, here: Here, who: Manager) -> Response:
    return _page(request, here, who)


@router.post("/intelligence/partners/peers", include_in_schema=False)
def make_peer(
    request: Request,
    here: Here,
    who: Manager,
    name: Annotated[str, Form(max_length=40)],
    marking: Annotated[str, Form(max_length=10)] = "公开",
    may_add: Annotated[bool, Form()] = False,
) -> Response:
    with answered():
        token = use_cases.make_peer(here, who, name, marking, may_add)
    return _page(request, here, who, token)


@router.post("/intelligence/partners/peers/close", include_in_schema=False)
def close_peer(here: Here, who: Manager, name: Annotated[str, Form(max_length=40)]) -> Response:
    with answered():
        use_cases.close_peer(here, who, name)
    return RedirectResponse("/intelligence/partners", 303)


@router.post("/intelligence/partners/feeds", include_in_schema=False)
def keep_feed(
    here: Here,
    who: Manager,
    name: Annotated[str, Form(max_length=40)],
    url: Annotated[str, Form(max_length=400)],
    direction: Annotated[str, Form(max_length=8)] = "pull",
    secret: Annotated[str, Form(max_length=80)] = "",
    marking: Annotated[str, Form(max_length=10)] = "内部",
    every_minutes: Annotated[int, Form(ge=1, le=10_080)] = 60,
) -> Response:
    with answered():
        use_cases.keep_feed(here, who, Feed(name, direction, url, secret.strip() or None, marking, every_minutes))
    return RedirectResponse("/intelligence/partners", 303)


@router.post("/intelligence/partners/feeds/stop", include_in_schema=False)
def stop_feed(here: Here, who: Manager, name: Annotated[str, Form(max_length=40)]) -> Response:
    with answered():
        use_cases.stop_feed(here, who, name)
    return RedirectResponse("/intelligence/partners", 303)


@router.get("/api/v1/intelligence/partners")
def as_data(here: Here, who: Manager) -> dict[str, Any]:
    """Peers and feeds; no token and no secret is ever told."""
    asking, asked = _known(here, who)
    return {
        "peers": [{name: getattr(row, name) for name in ("name", "marking", "may_add", "active")} for row in asking],
        "feeds": [
            {
                name: getattr(row, name)
                for name in ("name", "direction", "url", "marking", "active", "failures", "error")
            }
            for row in asked
        ],
    }


@router.post("/api/v1/intelligence/partners/peers", status_code=201)
def make_peer_as_data(here: Here, who: Manager, said: PeerSaid) -> dict[str, str]:
    """Let a partner in, or give it a new token; the token is told once."""
    with answered():
        return {"name": said.name, "token": use_cases.make_peer(here, who, said.name, said.marking, said.may_add)}


@router.post("/api/v1/intelligence/partners/feeds", status_code=201)
def keep_feed_as_data(here: Here, who: Manager, said: FeedSaid) -> dict[str, str]:
    """Make a feed known or change it; the clerk visits it from now on."""
    with answered():
        feed = Feed(said.name, said.direction, said.url, said.secret, said.marking, said.every_minutes)
        use_cases.keep_feed(here, who, feed)
    return {"name": said.name}


def _page(request: Request, here: Desk, who: Viewer, token: str | None = None) -> Response:
    asking, asked = _known(here, who)
    given: dict[str, Any] = {"peers": asking, "feeds": asked}
    given |= {
        "token": token,
        "markings": load_markings(),
        "collections": COLLECTIONS.values(),
        "directions": DIRECTIONS,
    }
    given |= {"address": f"{here.office.office.address.rstrip('/')}/taxii2/"}
    return page(request, who, "intelligence/partners.html", path="/intelligence", **given)


def _known(here: Desk, who: Viewer) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Peers and feeds. They are the prefecture's: who sees a part of it sees none."""
    if not who.sees_all:
        return (), ()
    with here.reads.begin() as connection:
        return peers(connection), feeds(connection)
