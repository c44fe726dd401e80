"""The page of a notice for its unit, on a phone and without scripts: by a one-time link, or by an account."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.notices import words
from console.notices.acts import acting
from console.notices.files import download, printed
from console.notices.issuing import provisional
from console.notices.kinds import load_rules
from console.notices.links import PATH, LinkGone, TooOften
from console.notices.owner_cases import ACTS, ByAccount, ByLink, Door, Upload, act, look
from console.notices.owner_page import stage_of, task_of
from console.notices.paper import filled
from console.notices.pressing import clock_of
from console.notices.queries import Dossier, sent_to
from console.web.desk import Desk, desk
from console.web.i18n import language_of, mark, translator
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Owner = Annotated[Viewer, Depends(viewer("notices.answer"))]
_MOST_FIELDS: Final = 20
_MOST_JSON: Final = 32_768
_GONE: Final = mark("链接无效或已失效。请使用最近一次收到的链接，或联系发文单位重新发送。")
_OFTEN: Final = mark("操作过于频繁，请一分钟后再试。")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form or a JSON body says."""

    fields: Mapping[str, str]
    files: tuple[Upload, ...]
    is_json: bool


async def sent(request: Request) -> Sent:
    """The body of a request, whichever of the two it is. 422 for one that is neither."""
    if request.headers.get("content-type", "").startswith("application/json"):
        content = await request.body()
        if len(content) > _MOST_JSON:
            raise HTTPException(422, f"the body is {len(content)} bytes; at most {_MOST_JSON} are read")
        try:
            data = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise HTTPException(422, "the body is not JSON") from error
        if not isinstance(data, dict) or len(data) > _MOST_FIELDS:
            raise HTTPException(422, "the body must be one JSON object")
        return Sent({str(name): str(value) for name, value in data.items()}, (), is_json=True)
    most = load_rules().proof["most_files"]
    async with request.form(max_files=most, max_fields=_MOST_FIELDS) as form:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
        uploads = tuple([Upload(one.filename or "", await one.read()) for one in files])
    return Sent(fields, uploads, is_json=False)


Body = Annotated[Sent, Depends(sent)]


@router.get("/n/{token}", include_in_schema=False)
def show_by_link(request: Request, here: Here, token: str) -> Response:
    with _said(request):
        told, unit_id = look(here, ByLink(token))
    return _plain(_page(request, here, told, unit_id, f"{PATH}{token}", None))


@router.get("/n/{token}/pdf", include_in_schema=False)
def pdf_by_link(request: Request, here: Here, token: str) -> Response:
    with _said(request):
        told, _unit = look(here, ByLink(token))
    return _plain(_pdf(here, told))


@router.get("/owner", include_in_schema=False)
def show_list(request: Request, here: Here, who: Owner) -> Response:
    with here.reads.begin() as connection:
        rows = sent_to(connection, who)
    return page(request, who, "notices/owner_list.html", rows=rows, w=words, clock_of=clock_of)


@router.get("/owner/{notice_id}", include_in_schema=False)
def show_by_account(request: Request, here: Here, who: Owner, notice_id: str) -> Response:
    with _said(request):
        told, unit_id = look(here, ByAccount(who, notice_id))
    return _page(request, here, told, unit_id, f"/owner/{notice_id}", who)


@router.get("/owner/{notice_id}/pdf", include_in_schema=False)
def pdf_by_account(request: Request, here: Here, who: Owner, notice_id: str) -> Response:
    with _said(request):
        told, _unit = look(here, ByAccount(who, notice_id))
    return _pdf(here, told)


def _by_link(what: str) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def route(request: Request, here: Here, token: str, body: Body) -> Response:
        return _plain(await _act(request, here, ByLink(token), what, body, f"{PATH}{token}"))

    return route


def _by_account(what: str) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def route(request: Request, here: Here, who: Owner, notice_id: str, body: Body) -> Response:
        return await _act(request, here, ByAccount(who, notice_id), what, body, f"/owner/{notice_id}")

    return route


# One address an act: what each of them needs is the same.
for _what in ACTS:
    router.post(f"/n/{{token}}/{_what}", include_in_schema=False)(_by_link(_what))
    router.post(f"/owner/{{notice_id}}/{_what}", include_in_schema=False)(_by_account(_what))


async def _act(request: Request, here: Desk, door: Door, what: str, body: Sent, home: str) -> Response:
    with _said(request):
        told = await run_in_threadpool(act, here, door, what, body.fields, body.files)
    if body.is_json:
        return JSONResponse({"state": told.row.state, "number": told.row.number})
    return RedirectResponse(home, 303)


def _page(request: Request, here: Desk, told: Dossier, unit_id: str, home: str, who: Viewer | None) -> Response:
    row = told.row
    mine = told.recipients[0]
    times = provisional(row, here.clock(), here.data.root)
    values: dict[str, Any] = {
        "told": told,
        "row": row,
        "mine": mine,
        "home": home,
        "task": task_of(told, mine),
        "stage": stage_of(row.state),
        "clock": clock_of(row),
        "lines": filled(row.text, times, here.office.office).splitlines(),
        "office": here.office.office,
        "kind": load_rules().kind(row.kind),
        "types": ".png,.jpg,.jpeg,.pdf,.docx,.xlsx",
        "w": words,
    }
    return page(request, who, "notices/owner.html", path=home if who else "/", **values)


def _pdf(here: Desk, told: Dossier) -> Response:
    with here.reads.begin() as connection:
        return download(printed(connection, told, here), told.row, "pdf", here.data.root)


def _plain(answer: Response) -> Response:
    """A page whose address is a secret: no other page learns it."""
    answer.headers["referrer-policy"] = "no-referrer"
    answer.headers["x-robots-tag"] = "noindex"
    return answer


@contextmanager
def _said(request: Request) -> Iterator[None]:
    """404 with the same sentence for every link that is not valid, 429 for one used too often."""
    say = translator(language_of(request))
    try:
        with acting():
            yield
    except LinkGone as error:
        raise HTTPException(404, say(_GONE)) from error
    except TooOften as error:
        raise HTTPException(429, say(_OFTEN), headers={"retry-after": "60"}) from error
