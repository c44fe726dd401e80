"""What people do to incidents: one function, one transaction, one entry in the audit chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, update

from analytics.correlation import move as incident
from analytics.correlation.incident import AT_REST
from analytics.correlation.inputs import means_of, reconsider
from analytics.db import INCIDENT
from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.incidents.queries import one
from console.response.runs import cancel_runs
from console.web.changes import announce
from console.web.desk import Desk


def confirm(here: Desk, who: Viewer, incident_id: str, class_code: str, level: int, reason: str, version: int) -> None:
    """Confirm class and level. Unknown, Stale, IllegalMove, or ValueError for what does not exist."""
    person = incident.Person(who.login, here.clock(), reason)
    with here.engine.begin() as connection:
        _seen(connection, who, incident_id)
        means = means_of(connection, here.store)
        incident.confirm(connection, incident_id, class_code, level, means, person, version)
        detail = {"class": class_code, "level": level, "reason": reason}
        _recorded(connection, person, "incident.confirm", incident_id, detail)


def move(here: Desk, who: Viewer, incident_id: str, to: str, reason: str, version: int) -> None:
    """Give an incident another state; at rest, what runs for it is stopped. Unknown, Stale or IllegalMove."""
    person = incident.Person(who.login, here.clock(), reason)
    with here.engine.begin() as connection:
        _seen(connection, who, incident_id)
        incident.move(connection, incident_id, to, person, version)
        if to == "closed":
            # The end starts clocks of its own, such as that of the final report.
            reconsider(connection, incident_id, means_of(connection, here.store), person)
        detail: dict[str, Any] = {"to": to, "reason": reason}
        if to in AT_REST:
            # Nobody works on the steps of an incident that is over.
            detail["runs"] = cancel_runs(connection, incident_id, who.login, person.at, f"事件已结束：{reason}")
        _recorded(connection, person, "incident.move", incident_id, detail)


def note(here: Desk, who: Viewer, incident_id: str, text: str) -> None:
    """Write a note into the timeline."""
    person = incident.Person(who.login, here.clock())
    with here.engine.begin() as connection:
        _seen(connection, who, incident_id)
        incident.note(connection, incident_id, text, person)
        _recorded(connection, person, "incident.note", incident_id, {"text": text})


def assign(here: Desk, who: Viewer, incident_id: str) -> None:
    """Take an incident over."""
    person = incident.Person(who.login, here.clock())
    with here.engine.begin() as connection:
        before = _seen(connection, who, incident_id)
        connection.execute(update(INCIDENT).where(INCIDENT.c.id == incident_id).values(owner=who.login))
        incident.note(connection, incident_id, f"由 {who.name} 主办", person)
        announce(connection, "incident", incident_id, person.at, before.site_id)
        _recorded(connection, person, "incident.assign", incident_id, {"before": before.owner})


def _seen(connection: Connection, who: Viewer, incident_id: str) -> Any:
    row = one(connection, who, incident_id)
    if row is None:
        raise Unknown(f"incident {incident_id}")
    return row


def _recorded(
    connection: Connection, person: incident.Person, action: str, incident_id: str, detail: Mapping[str, Any]
) -> None:
    record(connection, at=person.at, actor=person.by, action=action, object=f"incident {incident_id}", detail=detail)
