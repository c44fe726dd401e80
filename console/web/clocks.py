"""The clocks that run on open incidents, the one that hurts first in front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from analytics.db import INCIDENT
from console.accounts.viewer import Viewer
from console.web.counts import open_incidents
from console.web.scope import in_scope

# How long after an incident's end something may be owed: the final report has thirty days, and it may be late.
OWED: Final = timedelta(days=90)
# What starts with the end goes on after it.
AFTER: Final = ("closed", "ended", "receipt")


@dataclass(frozen=True, slots=True)
class Clock:
    """Something that must be done for an incident by a moment, or will happen then."""

    id: str
    zh: str
    en: str
    due: datetime
    incident_id: str
    title: str
    title_en: str
    level: int | None


def running_clocks(connection: Connection, who: Viewer, now: datetime) -> list[Clock]:
    """Every unmet clock of the open incidents in scope, by time left."""
    if not who.may("incidents.read"):
        return []
    statement = select(INCIDENT).where(or_(open_incidents(), ended_lately(now)))
    rows = connection.execute(in_scope(statement, INCIDENT, who))
    clocks = [
        Clock(
            id=str(entry.get("id", "")),
            zh=str(entry.get("zh") or entry.get("id", "")),
            en=str(entry.get("en") or entry.get("zh") or entry.get("id", "")),
            due=due,
            incident_id=row.id,
            title=row.title,
            title_en=row.title_en,
            level=row.level_confirmed or row.level_proposed,
        )
        for row in rows
        for entry in entries(row.grading)
        if (due := moment_of(entry.get("due"))) is not None and not is_over(entry, due, now, row.closed_at)
    ]
    return sorted(clocks, key=lambda clock: (clock.due, clock.incident_id))


def nearest_clock(connection: Connection, who: Viewer, now: datetime) -> Clock | None:
    """The clock with the least time left."""
    return next(iter(running_clocks(connection, who, now)), None)


def moment_of(text: object) -> datetime | None:
    """The moment that a grading wrote down; None when it wrote none or one without a zone."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def ended_lately(now: datetime) -> ColumnElement[bool]:
    """Incidents that ended so lately that what their end asks for may still be owed."""
    return and_(INCIDENT.c.state == "closed", INCIDENT.c.closed_at > now - OWED)


def is_over(entry: Mapping[str, Any], due: datetime, now: datetime, closed_at: datetime | None = None) -> bool:
    """Whether nothing is to be done any more: met, passed as a threshold, or ended with the incident."""
    # A duty stays due until it is met; a threshold that was passed shows in the grade instead.
    if bool(entry.get("met")) or (entry.get("kind") in ("threshold", "others") and due <= now):
        return True
    return closed_at is not None and entry.get("from") not in AFTER


def entries(grading: object) -> list[Mapping[str, Any]]:
    """The clocks of a grading and those of the response."""
    if not isinstance(grading, Mapping):
        return []
    lists = [grading.get("clocks"), grading.get("response")]
    return [entry for found in lists if isinstance(found, list) for entry in found if isinstance(entry, Mapping)]
