"""The bulletin: drafting it now, and the list behind each of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row, Table, select

from analytics.db import FINDING, INCIDENT, SITE
from analytics.lifecycle import Unfit
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.notices.monthly import monthly_draft
from console.notices.monthly_numbers import Figure, Numbers, numbers
from console.notices.months import month_of
from console.notices.tables import NOTICE
from console.papers.wording import raw_wording
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page
from console.web.scope import in_scope

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Viewer, Depends(viewer("notices.read"))]
Drafter = Annotated[Viewer, Depends(viewer("notices.draft"))]
Asked = Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]

# What a figure counts: its table, the column that names a row, and where a row's page is.
LISTS: Final[dict[str, tuple[Table, str, str]]] = {
    "finding": (FINDING, "title", "/findings/"),
    "incident": (INCIDENT, "title", "/incidents/"),
    "notice": (NOTICE, "title", "/notices/"),
    "site": (SITE, "name", "/sites/"),
}
_AT_ONCE: Final = 500


class Month(BaseModel):
    """A month as `2026-11`."""

    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")


@router.post("/notices/monthly", include_in_schema=False)
def draft(here: Here, who: Drafter, month: Annotated[str, Form(max_length=7)]) -> Response:
    return RedirectResponse(f"/notices/{_draft(here, who, month)}", 303)


@router.post("/api/v1/notices/monthly")
def draft_as_data(here: Here, who: Drafter, said: Month) -> dict[str, str]:
    """Draft the bulletin of a month; the one there is, when there is one."""
    return {"id": _draft(here, who, said.month)}


@router.get("/notices/figures", include_in_schema=False)
def show(
    request: Request, here: Here, who: Reader, month: Asked, key: Annotated[str, Query(max_length=120)] = ""
) -> Response:
    with here.reads.begin() as connection:
        counted = _counted(connection, who, month)
        figure = _figure(counted, key) if key else None
        rows = listed(connection, who, figure) if figure else ()
    values: dict[str, Any] = {"counted": counted, "month": month, "figure": figure, "rows": rows, "lists": LISTS}
    return page(request, who, "notices/figures.html", method=raw_wording("monthly")["method"], **values)


@router.get("/api/v1/notices/figures")
def show_as_data(here: Here, who: Reader, month: Asked, key: Annotated[str, Query(max_length=120)]) -> dict[str, Any]:
    """The rows that one figure of a month counts, as far as the viewer may see them."""
    with here.reads.begin() as connection:
        figure = _figure(_counted(connection, who, month), key)
        rows = listed(connection, who, figure)
    plain = {"key": figure.key, "zh": figure.zh, "en": figure.en, "value": figure.value, "of": figure.of}
    return plain | {"rows": [{"id": row.id, "name": row.name} for row in rows]}


def listed(connection: Connection, who: Viewer, figure: Figure) -> Sequence[Row[Any]]:
    """The rows of a figure inside the viewer's scope, by id and name."""
    if figure.of not in LISTS:
        return ()
    table, name, _ = LISTS[figure.of]
    rows: list[Row[Any]] = []
    for start in range(0, len(figure.ids), _AT_ONCE):
        some = table.c.id.in_(figure.ids[start : start + _AT_ONCE])
        statement = select(table.c.id, table.c[name].label("name")).where(some)
        rows += connection.execute(in_scope(statement, table, who).order_by(table.c.id)).all()
    return rows


def _counted(connection: Connection, who: Viewer, month: str) -> Numbers:
    # The figures tell of every unit by name: who sees less than all of them has no such page.
    if not who.sees_all:
        raise HTTPException(404)
    return numbers(connection, month_of(month))


def _figure(counted: Numbers, key: str) -> Figure:
    if key not in counted.figures:
        raise HTTPException(404)
    return counted.figures[key]


def _draft(here: Desk, who: Viewer, month: str) -> str:
    with answered():
        if not who.sees_all:
            raise Unfit(
                "月度提示统计全州，请由管辖全州的同事起草",
                "the bulletin counts the whole prefecture; ask somebody who sees all of it",
            )
        wanted = month_of(month)
        with here.engine.begin() as connection:
            return monthly_draft(connection, wanted, here.office.office, here.clock(), who.login)
