"""The link's own page: how it is, what goes out and comes in, packages, reconciliation."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, HTTPException, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.province import queries, use_cases
from console.province.instructions import WORDS
from console.province.package import out_folder
from console.province.reconciliation import bounds, day_of
from console.province.report_form import kinds
from console.province.signing import KeyProblem
from console.province.tables import INBOX, OUTBOX
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

_FILE: Final = re.compile(r"[A-Za-z0-9._-]{1,160}\.zip")

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("province.read"))]
Worker = Annotated[Viewer, Depends(viewer("province.work"))]
State = Annotated[str | None, Query(max_length=20)]


@router.get("/province", include_in_schema=False)
def show(request: Request, here: Here, who: Reader) -> Response:
    with here.reads.begin() as connection:
        values: dict[str, Any] = {
            "link": queries.link_view(connection) if who.sees_all else None,
            "reports": [(row, queries.deadline(row)) for row in queries.reports(connection, who)],
            "instructions": queries.instructions(connection, who),
            "sent": queries.messages(connection, who, OUTBOX)[0][:8],
            "got": queries.messages(connection, who, INBOX)[0][:8],
            "days": queries.reconciliations(connection, who),
        }
    files = _packages(here) if who.sees_all else []
    return page(
        request,
        who,
        "province/link.html",
        kinds=kinds(),
        words=WORDS,
        files=files,
        today=day_of(here.clock()),
        settings=here.office.province,
        **values,
    )


@router.get("/province/messages", include_in_schema=False)
def show_messages(
    request: Request,
    here: Here,
    who: Reader,
    way: Annotated[str, Query(pattern="^(out|in)$")] = "out",
    state: State = None,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    table = OUTBOX if way == "out" else INBOX
    with here.reads.begin() as connection:
        rows, after = queries.messages(connection, who, table, state, before)
    older = f"/province/messages?way={way}&state={state or ''}&before={after}" if after else None
    values: dict[str, Any] = {"way": way, "state": state, "rows": rows, "older": older}
    return page(request, who, "province/messages.html", path="/province", **values)


@router.get("/province/messages/{message_id}", include_in_schema=False)
def show_message(request: Request, here: Here, who: Reader, message_id: str) -> Response:
    with here.reads.begin() as connection:
        found = queries.one_message(connection, who, message_id)
        if found is None:
            raise HTTPException(404)
        way, row = found
        receipts = queries.receipts(connection, message_id)
    return page(request, who, "province/message.html", path="/province", way=way, row=row, receipts=receipts)


@router.post("/province/messages/{message_id}/again", include_in_schema=False)
def send_again(here: Here, who: Worker, message_id: str) -> Response:
    with answered():
        use_cases.send_again(here, who, message_id)
    return RedirectResponse(f"/province/messages/{message_id}", 303)


@router.post("/province/messages/{message_id}/dead", include_in_schema=False)
def give_up(
    here: Here, who: Worker, message_id: str, reason: Annotated[str, Form(min_length=2, max_length=500)]
) -> Response:
    with answered():
        use_cases.give_up(here, who, message_id, reason.strip())
    return RedirectResponse(f"/province/messages/{message_id}", 303)


@router.get("/province/days/{day}", include_in_schema=False)
def show_day(request: Request, here: Here, who: Reader, day: str) -> Response:
    with here.reads.begin() as connection:
        rows = queries.days(connection, who, day)
    if not rows:
        raise HTTPException(404)
    return page(request, who, "province/day.html", path="/province", day=day, rows=rows)


@router.post("/province/days", include_in_schema=False)
def reconcile(here: Here, who: Worker, day: Annotated[str, Form(max_length=10)]) -> Response:
    with answered():
        bounds(day)
        use_cases.reconcile(here, who, day)
    return RedirectResponse(f"/province/days/{day}", 303)


@router.post("/province/packages", include_in_schema=False)
async def take_file(here: Here, who: Worker, file: Annotated[UploadFile, File()]) -> Response:
    content = await file.read()
    with answered():
        await run_in_threadpool(_take, here, who, content)
    return RedirectResponse("/province", 303)


@router.get("/province/packages/{name}", include_in_schema=False)
def give_file(here: Here, who: Worker, name: str) -> Response:
    path = out_folder(here.data.root) / name
    if not who.sees_all or not _FILE.fullmatch(name) or not path.is_file():
        raise HTTPException(404)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(path.read_bytes(), media_type="application/zip", headers=headers)


@router.get("/api/v1/province")
def as_data(here: Here, who: Reader) -> dict[str, Any]:
    """How the link is: backlog, oldest, last receipt, clock skew, and what waits for a person."""
    if not who.sees_all:
        raise HTTPException(404)
    with here.reads.begin() as connection:
        view = queries.link_view(connection)
    row = view.row
    return {
        "peer": row.peer if row else here.office.province.peer,
        "transport": here.office.province.transport,
        "is_exercise": here.office.province.is_exercise,
        "backlog": view.backlog,
        "oldest": view.oldest.isoformat() if view.oldest else None,
        "held": view.held,
        "dead": view.dead,
        "returned": view.returned,
        "seq_out": row.seq_out if row else 0,
        "seq_in": row.seq_in if row else 0,
        "last_receipt_at": row.last_receipt_at.isoformat() if row and row.last_receipt_at else None,
        "clock_skew": row.clock_skew if row else None,
        "failures": row.failures if row else 0,
        "error": row.error if row else None,
    }


@router.get("/api/v1/province/messages")
def messages_as_data(
    here: Here, who: Reader, way: Annotated[str, Query(pattern="^(out|in)$")] = "out", state: State = None
) -> dict[str, Any]:
    """Messages that went out or came in, the newest first."""
    keys = ("message_id", "seq", "kind", "marking", "state", "reason")
    with here.reads.begin() as connection:
        rows, _ = queries.messages(connection, who, OUTBOX if way == "out" else INBOX, state)
    return {"messages": [{key: getattr(row, key) for key in keys} for row in rows]}


def _take(here: Desk, who: Viewer, content: bytes) -> None:
    if not who.sees_all:
        raise HTTPException(404)
    try:
        use_cases.take_file(here, who, content)
    except KeyProblem as problem:
        raise ValueError(f"the link is not set up here: {problem}") from problem


def _packages(here: Desk) -> list[str]:
    folder = out_folder(here.data.root)
    return sorted((path.name for path in folder.glob("*.zip")), reverse=True)[:20] if folder.is_dir() else []
