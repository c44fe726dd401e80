"""The incident's page: the next step of its playbook, or the playbooks that fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from analytics.correlation.incident import AT_REST
from console.accounts.viewer import Viewer
from console.incidents.panel import Panel
from console.response import shelf
from console.response.run_queries import Shown, of_incident, running_on, story
from console.response.shelf import Book


def run_panel(connection: Connection, who: Viewer, incident: Row[Any], now: datetime) -> Panel | None:
    """THE next step of what runs, who has it and its clock; else which playbooks fit, to be started at once."""
    if not who.may("response.read"):
        return None
    active = running_on(connection, who, incident.id)
    if active:
        return Panel("response/run_panel.html", _leading(connection, who, active), leads=True)
    before = of_incident(connection, who, incident.id)
    offered = fitting(shelf.books(connection), incident.class_code) if _may_start(who, incident) else ([], [])
    if not before and not offered[0] and not offered[1]:
        return None
    values = {"before": before, "fitting": offered[0], "others": offered[1], "incident": incident.id}
    return Panel("response/offer_panel.html", values)


def fitting(books: Sequence[Book], class_code: str | None) -> tuple[list[Book], list[Book]]:
    """The playbooks for a class of incident, and the others that can be started by hand."""
    code = class_code or ""
    usable = [book for book in books if not book.is_revoked]
    found = [book for book in usable if code and any(code == one or code.startswith(f"{one}.") for one in book.classes)]
    return found, [book for book in usable if book not in found]


def _may_start(who: Viewer, incident: Row[Any]) -> bool:
    return who.may("response.work") and incident.state not in AT_REST


def _leading(connection: Connection, who: Viewer, active: Sequence[Row[Any]]) -> dict[str, Any]:
    told = [story(connection, who, row, with_log=False) for row in active]
    waiting: list[tuple[Row[Any], Shown]] = [(one.row, shown) for one in told for shown in one.waiting]
    waiting.sort(
        key=lambda pair: (not pair[1].mine, pair[1].row.due is None, pair[1].row.due or pair[1].row.started_at)
    )
    busy = [shown for one in told for shown in one.steps if shown.row.state in ("ready", "calling", "delayed")]
    first = waiting[0] if waiting else None
    return {"runs": [row for row in active if row.parent_id is None], "next": first, "also": waiting[1:], "busy": busy}
