"""The room of one incident: what a commander needs to decide, and what waits for the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from analytics.correlation.incident import AT_REST
from analytics.db import INCIDENT_ENTRY
from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.desk.todo import todo
from console.incidents.queries import one
from console.notices.tables import NOTICE
from console.province.tables import REPORT
from console.response.level_queries import Told, response_of
from console.response.run_queries import running_on, waiting_for_people
from console.web.clocks import Clock, running_clocks


@dataclass(frozen=True, slots=True)
class Room:
    """One incident as its commander sees it. `response` is None for whoever may not read it."""

    row: Row[Any]
    newest: Row[Any] | None
    clocks: Sequence[Clock]
    response: Told | None
    steps: Sequence[Row[Any]]
    decisions: Sequence[Todo]


def room_of(
    connection: Connection, who: Viewer, data: Path, keys: Path, incident_id: str, now: datetime
) -> Room | None:
    """The room of an incident; None outside the viewer's scope."""
    row = one(connection, who, incident_id)
    if row is None:
        return None
    mine = select(INCIDENT_ENTRY).where(INCIDENT_ENTRY.c.incident_id == incident_id)
    newest = connection.execute(mine.order_by(INCIDENT_ENTRY.c.at.desc(), INCIDENT_ENTRY.c.id.desc()).limit(1)).first()
    reads = who.may("response.read")
    response = response_of(connection, who, data, keys, incident_id) if reads else None
    steps = waiting_for_people(connection, who) if reads else []
    return Room(
        row=row,
        newest=newest,
        clocks=[clock for clock in running_clocks(connection, who, now) if clock.incident_id == incident_id],
        response=response,
        steps=[step for step in steps if step.incident_id == incident_id],
        decisions=[*_own(who, row, response), *_waiting(connection, who, incident_id, now)],
    )


def _own(who: Viewer, row: Row[Any], response: Told | None) -> list[Todo]:
    """What may be decided about the incident itself, each where it is decided."""
    page, found = f"/incidents/{row.id}", []
    if row.state == "open" and who.may("incidents.confirm"):
        found.append(Todo("确认类别与级别", "Confirm class and grade", page, level=row.level_proposed))
    if response is None or not who.may("response.decide") or row.state in AT_REST:
        return found
    if response.standing.state == "active":
        found.append(Todo("调整或结束响应", "Change or end the response", f"{page}#response"))
    else:
        level = response.proposed
        zh, en = (f"（建议{level.name.zh}）", f" ({level.name.en} proposed)") if level else ("", "")
        found.append(Todo(f"启动响应{zh}", f"Start a response{en}", f"{page}#response"))
    return found


def _waiting(connection: Connection, who: Viewer, incident_id: str, now: datetime) -> list[Todo]:
    """What waits for this viewer in runs, reports and notices of the incident."""
    places = {f"/response/runs/{run.id}" for run in running_on(connection, who, incident_id)}
    for table, path in ((REPORT, "/province/reports"), (NOTICE, "/notices")):
        ids = connection.execute(select(table.c.id).where(table.c.incident_id == incident_id)).scalars()
        places |= {f"{path}/{number}" for number in ids}
    return [line for line in todo(connection, who, now) if line.href in places]
