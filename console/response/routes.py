"""Response at a glance: what runs, which playbooks there are, each with its versions; taking new ones in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, Row

from analytics.grading.tables import Words, load_tables
from analytics.lifecycle import Unfit
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.response import run_use_cases, shelf
from console.response.cacao.document import export
from console.response.cacao.fault import document
from console.response.cacao.reading import MOST_BYTES
from console.response.facts import FACTS
from console.response.outline import outline
from console.response.rehearsal import Rehearsed, rehearse
from console.response.run_queries import runs
from console.response.shelf import BadPlaybook, Book
from console.web.acts import Said
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

# A variable in a text or a condition of CACAO: `__name__:value`.
VARIABLE: Final = re.compile(r"(__\w+?__):value")

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("response.read"))]
Manager = Annotated[Viewer, Depends(viewer("response.decide"))]
Version = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/response", include_in_schema=False)
def show(request: Request, here: Here, who: Reader) -> Response:
    return _overview(request, here, who)


@router.post("/response/playbooks", include_in_schema=False)
def take(request: Request, here: Here, who: Manager, file: UploadFile) -> Response:
    _whole(who)
    try:
        book = run_use_cases.import_playbook(here, who, file.file.read(MOST_BYTES + 1), file.filename or "")
    except BadPlaybook as why:
        return _overview(request, here, who, refused=why, status=422)
    return RedirectResponse(f"/response/playbooks/{book.id}", 303)


@router.get("/response/playbooks/{playbook_id}", include_in_schema=False)
def show_playbook(request: Request, here: Here, who: Reader, playbook_id: str, version: Version = 0) -> Response:
    with here.reads.begin() as connection:
        book = _book(connection, playbook_id, version)
        kept = shelf.versions(connection, book.id)
    return _page(request, who, book, kept, None)


@router.get("/response/playbooks/{playbook_id}/dry", include_in_schema=False)
def show_dry(request: Request, here: Here, who: Reader, playbook_id: str) -> Response:
    with here.reads.begin() as connection:
        book = _book(connection, playbook_id)
        kept = shelf.versions(connection, book.id)
        walked = _rehearsed(connection, book, here.clock())
    return _page(request, who, book, kept, walked)


@router.get("/response/playbooks/{playbook_id}/file", include_in_schema=False)
def download(here: Here, who: Reader, playbook_id: str, version: Version = 0) -> Response:
    with here.reads.begin() as connection:
        book = _book(connection, playbook_id, version)
    content = json.dumps(export(book.playbook), ensure_ascii=False, indent=2).encode()
    headers = {"Content-Disposition": f'attachment; filename="{book.id}.json"'}
    return Response(content, media_type="application/json", headers=headers)


@router.get("/api/v1/playbooks")
def list_as_data(here: Here, who: Reader) -> dict[str, Any]:
    """The newest version of every playbook."""
    with here.reads.begin() as connection:
        return {"playbooks": [_document(book) for book in shelf.books(connection)]}


@router.post("/api/v1/playbooks", status_code=201)
def take_as_data(here: Here, who: Manager, file: UploadFile) -> dict[str, Any]:
    """Put a CACAO 2.0 playbook onto the shelf; one with an error is refused with its faults."""
    _whole(who)
    try:
        book = run_use_cases.import_playbook(here, who, file.file.read(MOST_BYTES + 1), file.filename or "")
    except BadPlaybook as why:
        faults = [document(fault) for fault in why.faults]
        raise HTTPException(422, {"reason": why.words.en, "faults": faults}) from why
    return _document(book)


@router.get("/api/v1/playbooks/{playbook_id}")
def as_data(here: Here, who: Reader, playbook_id: str, version: Version = 0) -> dict[str, Any]:
    """A playbook as its CACAO document, unchanged."""
    with here.reads.begin() as connection:
        return export(_book(connection, playbook_id, version).playbook)


def _overview(
    request: Request, here: Desk, who: Viewer, refused: BadPlaybook | None = None, status: int = 200
) -> Response:
    with here.reads.begin() as connection:
        found = shelf.books(connection)
        active, _ = runs(connection, who, "running")
        ended = [row for row in runs(connection, who)[0] if row.state != "running"][:10]
    values = {"books": found, "active": active, "ended": ended, "refused": refused, "class_words": _class_words(who)}
    return page(request, who, "response/overview.html", status, **values)


def _whole(who: Viewer) -> None:
    """Refuse whoever looks after a part of the prefecture: a playbook, and its next version, is for all of it."""
    if not who.sees_all:
        raise Said(
            403,
            Unfit(
                "预案由全州共用，请由管辖全州的同事办理",
                "playbooks are the whole prefecture's; ask somebody who looks after it",
            ),
        )


def _page(request: Request, who: Viewer, book: Book, kept: Sequence[Row[Any]], walked: Rehearsed | None) -> Response:
    values: dict[str, Any] = {"plain": _plain(who, book), "class_words": _class_words(who)}
    lines = outline(book.playbook)
    return page(request, who, "response/playbook.html", book=book, lines=lines, versions=kept, walked=walked, **values)


def _plain(who: Viewer, book: Book) -> Callable[[str], str]:
    """Says a text with what its variables hold, such as 〈网站名称〉, instead of their names."""
    named = {one.name: one.description for one in book.playbook.variables.values() if one.description}
    named |= {name: _said(meaning, who) for name, meaning in FACTS.items()}
    return lambda text: VARIABLE.sub(lambda found: f"〈{named[found[1]]}〉" if found[1] in named else found[0], text)


def _class_words(who: Viewer) -> Callable[[Sequence[str]], str]:
    """Names classes of incidents by their words; a code that is not known stays one."""
    known = load_tables().classes
    return lambda codes: "、".join(_said(known[code], who) if code in known else code for code in codes)


def _said(words: Words, who: Viewer) -> str:
    return words.en if who.language == "en" else words.zh


def _book(connection: Connection, playbook_id: str, version: int = 0) -> Book:
    known = shelf.find(connection, playbook_id)
    book = shelf.version(connection, known.id, version) if known and version else known
    if book is None:
        raise HTTPException(404)
    return book


def _rehearsed(connection: Connection, book: Book, at: datetime) -> Rehearsed:
    others = {one.id: one.playbook for one in shelf.books(connection)}
    return rehearse(book.playbook, {}, at, others.get, {name: f"〈{meaning.zh}〉" for name, meaning in FACTS.items()})


def _document(book: Book) -> dict[str, Any]:
    return {
        "id": book.id,
        "alias": book.alias,
        "version": book.version,
        "name": book.name,
        "name_en": book.name_en,
        "modified": book.playbook.modified,
        "source": book.source,
        "classes": list(book.classes),
        "steps": len(book.playbook.steps),
        "faults": [document(fault) for fault in book.faults],
    }
