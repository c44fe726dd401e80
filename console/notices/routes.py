"""The board of notices, a notice's page, and what the office does there. The API and the owners' pages stand beside."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from pydantic import AwareDatetime
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from analytics.lifecycle import Unfit
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.exercise.tables import EXERCISE
from console.notices import use_cases, words
from console.notices.acts import acting
from console.notices.files import disposition, download, printed
from console.notices.issuing import provisional
from console.notices.kinds import CLOCKS, UNITS, load_rules
from console.notices.lifecycle import OUT
from console.notices.months import month_at
from console.notices.paper import filled
from console.notices.queries import PAGE, Dossier, Filter, count, dossier, file_of, incident_title, notices, one
from console.notices.steps import steps_for
from console.notices.uploads import path_of
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("notices.read"))]
Drafter = Annotated[Viewer, Depends(viewer("notices.draft"))]
Reviewer = Annotated[Viewer, Depends(viewer("notices.review"))]
Version = Annotated[int, Form(ge=0)]
Reason = Annotated[str, Form(max_length=500)]
Ids = Annotated[list[str] | None, Form()]


def asked_for(
    state: Annotated[str, Query(max_length=20)] = "open",
    kind: Annotated[str, Query(max_length=20)] = "",
    unit: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=80)] = "",
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    county: Annotated[str, Query(max_length=6)] = "",
    reached: Annotated[str, Query(pattern="^(received|feedback|closed)?$")] = "",
    issued_since: AwareDatetime | None = None,
    exercise: Annotated[str, Query(pattern=r"^(false|\d{1,9})?$")] = "",
) -> Filter:
    """The filter of an address."""
    return Filter(state, kind, unit, q.strip(), skip, county, reached, issued_since, exercise)


Asked = Annotated[Filter, Depends(asked_for)]


@router.get("/notices", include_in_schema=False)
def show_board(request: Request, here: Here, who: Reader, asked: Asked, told: int | None = None) -> Response:
    with here.reads.begin() as connection:
        rows, more = notices(connection, who, asked)
        total = count(connection, who, asked)
    newer = f"/notices?{urlencode(asked.address(skip=max(0, asked.skip - PAGE)))}" if asked.skip else None
    older = f"/notices?{urlencode(asked.address(skip=asked.skip + PAGE))}" if more else None
    values: dict[str, Any] = {"rows": rows, "asked": asked, "newer": newer, "older": older, "told": told}
    values["last_month"] = month_at(here.clock()).plus(-1).name
    return page(request, who, "notices/board.html", total=total, kinds=load_rules().kinds, w=words, **values)


@router.post("/notices", include_in_schema=False)
def draft(
    here: Here,
    who: Drafter,
    kind: Annotated[str, Form(max_length=20)],
    findings: Ids = None,
    incident: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    with acting():
        made = use_cases.draft(here, who, kind, findings or [], incident or None)
    return RedirectResponse(f"/notices/{made[0]}" if len(made) == 1 else "/notices?state=inside", 303)


@router.post("/notices/remind", include_in_schema=False)
def remind(here: Here, who: Drafter, ids: Ids = None) -> Response:
    with acting():
        told = use_cases.remind(here, who, ids or [])
    return RedirectResponse(f"/notices?state=overdue&told={told}", 303)


@router.get("/notices/{notice_id}", include_in_schema=False)
def show(request: Request, here: Here, who: Reader, notice_id: str) -> Response:
    return _page(request, here, who, notice_id)


@router.get("/notices/{notice_id}/print", include_in_schema=False)
def show_print(request: Request, here: Here, who: Reader, notice_id: str) -> Response:
    told = told_of(here, who, notice_id)
    with here.reads.begin() as connection:
        paper = printed(connection, told, here)
    return page(request, who, "notices/print.html", told=told, row=told.row, paper=paper)


@router.get("/notices/{notice_id}/docx", include_in_schema=False)
def as_docx(here: Here, who: Reader, notice_id: str) -> Response:
    told = told_of(here, who, notice_id)
    with here.reads.begin() as connection:
        return download(printed(connection, told, here), told.row, "docx", here.data.root)


@router.get("/notices/{notice_id}/pdf", include_in_schema=False)
def as_pdf(here: Here, who: Reader, notice_id: str) -> Response:
    told = told_of(here, who, notice_id)
    with here.reads.begin() as connection:
        return download(printed(connection, told, here), told.row, "pdf", here.data.root)


@router.get("/notices/{notice_id}/edit", include_in_schema=False)
def show_editor(request: Request, here: Here, who: Drafter, notice_id: str) -> Response:
    told = told_of(here, who, notice_id)
    if told.row.state != "draft":
        return RedirectResponse(f"/notices/{notice_id}", 303)
    choices: dict[str, Any] = {
        "secrecies": use_cases.SECRECY,
        "urgencies": use_cases.URGENCY,
        "clocks": CLOCKS,
        "units": UNITS,
    }
    return page(request, who, "notices/edit.html", told=told, row=told.row, w=words, **choices)


@router.post("/notices/{notice_id}/edit", include_in_schema=False)
async def edit(request: Request, here: Here, who: Drafter, notice_id: str) -> Response:
    await run_in_threadpool(told_of, here, who, notice_id)
    form = {name: str(value) for name, value in (await request.form()).items()}
    said: dict[str, Any] = {
        name: form[name] for name in ("title", "text", "advice", "secrecy", "urgency") if name in form
    }
    said["cc"] = form.get("cc", "").splitlines()
    if any(form.get(f"{clock}_amount") for clock in CLOCKS):
        said["terms"] = {
            clock: {"amount": form[f"{clock}_amount"], "unit": form.get(f"{clock}_unit", "")}
            for clock in CLOCKS
            if form.get(f"{clock}_amount")
        }
    with acting():
        version = form.get("version", "")
        if not version.isdigit():
            raise Unfit("表单不完整，请重新打开页面", "the form lacks its version; open the page again")
        await run_in_threadpool(use_cases.edit, here, who, notice_id, int(version), said)
    return _back(notice_id)


@router.post("/notices/{notice_id}/move", include_in_schema=False)
def move(
    request: Request,
    here: Here,
    who: Reader,
    notice_id: str,
    to: Annotated[str, Form(max_length=20)],
    version: Version,
    reason: Reason = "",
) -> Response:
    with acting():
        result = use_cases.move(here, who, notice_id, to, reason, version)
    if result.get("links"):
        return _page(request, here, who, notice_id, result["links"])
    return _back(result.get("letter") or notice_id)


@router.post("/notices/{notice_id}/answer", include_in_schema=False)
def answer(here: Here, who: Drafter, notice_id: str, text: Annotated[str, Form(max_length=1000)]) -> Response:
    with acting():
        use_cases.answer(here, who, notice_id, text)
    return _back(notice_id)


@router.post("/notices/{notice_id}/waiver", include_in_schema=False)
def ask_waiver(
    here: Here,
    who: Drafter,
    notice_id: str,
    finding: Annotated[str, Form(max_length=24)],
    version: Version,
    reason: Reason = "",
) -> Response:
    with acting():
        use_cases.ask_waiver(here, who, notice_id, finding, reason, version)
    return _back(notice_id)


@router.post("/notices/{notice_id}/waiver/decide", include_in_schema=False)
def decide_waiver(
    here: Here,
    who: Reviewer,
    notice_id: str,
    finding: Annotated[str, Form(max_length=24)],
    grant: Annotated[bool, Form()],
    version: Version,
) -> Response:
    with acting():
        use_cases.decide_waiver(here, who, notice_id, finding, version, grant=grant)
    return _back(notice_id)


@router.post("/notices/{notice_id}/link", include_in_schema=False)
def make_link(
    request: Request, here: Here, who: Drafter, notice_id: str, unit: Annotated[str, Form(max_length=40)]
) -> Response:
    with acting():
        link = use_cases.new_link(here, who, notice_id, unit)
    return _page(request, here, who, notice_id, {unit: link})


@router.post("/notices/{notice_id}/revoke", include_in_schema=False)
def revoke(here: Here, who: Drafter, notice_id: str, unit: Annotated[str, Form(max_length=40)]) -> Response:
    with acting():
        use_cases.revoke_links(here, who, notice_id, unit)
    return _back(notice_id)


@router.get("/notices/{notice_id}/files/{file_id}", include_in_schema=False)
def proof(here: Here, who: Reader, notice_id: str, file_id: str) -> Response:
    told = told_of(here, who, notice_id)
    with here.engine.begin() as connection:
        found = file_of(connection, notice_id, file_id)
        if found is None or found.id not in [file.id for file in told.files]:
            raise HTTPException(404)
        detail = {"file": file_id, "sha256": found.sha256}
        name = f"notice {notice_id}"
        record(connection, at=here.clock(), actor=who.login, action="notice.proof", object=name, detail=detail)
    path = path_of(found.sha256, here.data.files)
    if not path.is_file():
        raise HTTPException(410, "The file is not in the data folder any more; ask the administrator for the backup.")
    # Never shown inside our own pages: whatever it is, it is saved.
    return FileResponse(path, media_type="application/octet-stream", headers=disposition(found.name))


def told_of(here: Desk, who: Viewer, notice_id: str) -> Dossier:
    """A notice the viewer may see, with everything about it; 404 otherwise."""
    with here.reads.begin() as connection:
        row = one(connection, who, notice_id)
        if row is None:
            raise HTTPException(404)
        return dossier(connection, row, who)


def exercise_name(here: Desk, exercise_id: int | None) -> str | None:
    """The name of the exercise that a notice belongs to."""
    with here.reads.begin() as connection:
        name: str | None = connection.execute(select(EXERCISE.c.name).where(EXERCISE.c.id == exercise_id)).scalar()
        return name


def _page(request: Request, here: Desk, who: Viewer, notice_id: str, links: dict[str, str] | None = None) -> Response:
    told = told_of(here, who, notice_id)
    now = here.clock()
    times = provisional(told.row, now, here.data.root)
    with here.reads.begin() as connection:
        steps = steps_for(connection, told, who, now)
        incident = incident_title(connection, told.row.incident_id)
    values: dict[str, Any] = {
        "told": told,
        "row": told.row,
        "steps": steps,
        "times": times,
        "lines": filled(told.row.text, times, here.office.office).splitlines(),
        "kind": load_rules().kind(told.row.kind),
        "links": links or {},
        "incident": incident,
        "is_out": told.row.state in OUT,
        "belongs": exercise_name(here, told.row.exercise_id),
        "w": words,
    }
    return page(request, who, "notices/notice.html", path=f"/notices/{notice_id}", **values)


def _back(notice_id: str) -> Response:
    return RedirectResponse(f"/notices/{quote(notice_id)}", 303)
