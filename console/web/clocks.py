"""The clocks that run on open incidents, the one that hurts first in front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from analytics.db import INCIDENT
from console.accounts.viewer import Viewer
from console.web.counts import open_incidents
from console.web.scope import in_scope


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
    rows = connection.execute(in_scope(select(INCIDENT).where(open_incidents()), INCIDENT, who))
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
        for entry in _entries(row.grading)
        if (due := moment_of(entry.get("due"))) is not None and not _is_over(entry, due, now)
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


def _is_over(entry: Mapping[str, Any], due: datetime, now: datetime) -> bool:
    # A duty stays due until it is met; a threshold that was passed shows in the grade instead.
    return bool(entry.get("met")) or (entry.get("kind") == "threshold" and due <= now)


def _entries(grading: object) -> list[Mapping[str, Any]]:
    if not isinstance(grading, Mapping) or not isinstance(grading.get("clocks"), list):
        return []
    return [entry for entry in grading["clocks"] if isinstance(entry, Mapping)]
