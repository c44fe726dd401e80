"""What the incident pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from analytics.correlation.incident import AT_REST
from analytics.db import ALERT, FINDING, INCIDENT, INCIDENT_ENTRY, INCIDENT_MEMBER, SITE, UNIT
from console.accounts.viewer import Viewer
from console.web.address import between, plain_address
from console.web.scope import in_scope

PAGE: Final = 50
# The stages an incident's page shows, in order, each with the states that are in it or past it.
STATES: Final = ("open", "confirmed", "handling", "closed")


@dataclass(frozen=True, slots=True)
class Filter:
    """The address parameters of the list."""

    state: str = "active"
    county: str = ""
    text: str = ""
    before: str = ""
    # a grade 1 … 4, as confirmed or else as proposed; 0 is without any
    level: str = ""
    # confirmed, closed: only those for which that was written down
    reached: str = ""
    # detected from, and before
    since: datetime | None = None
    until: datetime | None = None

    def address(self, **changed: str) -> dict[str, str]:
        """The parameters as an address carries them, some changed; empty ones left out."""
        mine = plain_address(self) | changed
        mine["q"] = mine.pop("text")
        return {name: value for name, value in mine.items() if value != {"state": "active"}.get(name, "")}


@dataclass(frozen=True, slots=True)
class Story:
    """One incident with everything its page tells."""

    row: Row[Any]
    alerts: Sequence[Row[Any]]
    findings: Sequence[Row[Any]]
    entries: Sequence[Row[Any]]


def conditions(asked: Filter) -> list[ColumnElement[bool]]:
    """What a filter asks of the rows; where a page begins is not part of it."""
    found = list(between(INCIDENT.c.detected_at, asked.since, asked.until))
    if asked.state == "active":
        found.append(INCIDENT.c.state.not_in(sorted(AT_REST)))
    elif asked.state:
        found.append(INCIDENT.c.state == asked.state)
    if asked.county:
        found.append(INCIDENT.c.county == asked.county)
    if asked.level:
        graded = func.coalesce(INCIDENT.c.level_confirmed, INCIDENT.c.level_proposed, 0)
        found.append(graded == int(asked.level))
    if asked.reached:
        moment = {"confirmed": INCIDENT.c.confirmed_at, "closed": INCIDENT.c.closed_at}[asked.reached]
        found.append(moment.is_not(None))
    if asked.text:
        found.append(INCIDENT.c.title.contains(asked.text, autoescape=True))
    return found


def incidents(connection: Connection, who: Viewer, asked: Filter) -> tuple[Sequence[Row[Any]], str | None]:
    """A page of incidents, newest first, and the id the next page begins after."""
    statement = select(INCIDENT, SITE.c.name.label("site_name")).outerjoin(SITE, SITE.c.id == INCIDENT.c.site_id)
    statement = statement.where(*conditions(asked))
    if asked.before:
        statement = statement.where(INCIDENT.c.id < asked.before)
    rows = connection.execute(in_scope(statement, INCIDENT, who).order_by(INCIDENT.c.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def count(connection: Connection, who: Viewer, asked: Filter) -> int:
    """How many incidents a filter finds."""
    statement = select(func.count()).select_from(INCIDENT).where(*conditions(asked))
    return int(connection.execute(in_scope(statement, INCIDENT, who)).scalar_one())


def one(connection: Connection, who: Viewer, incident_id: str) -> Row[Any] | None:
    """An incident this viewer may see, with its site's and unit's names."""
    statement = (
        select(INCIDENT, SITE.c.name.label("site_name"), UNIT.c.name.label("unit_name"), UNIT.c.phone.label("phone"))
        .outerjoin(SITE, SITE.c.id == INCIDENT.c.site_id)
        .outerjoin(UNIT, UNIT.c.id == INCIDENT.c.unit_id)
        .where(INCIDENT.c.id == incident_id)
    )
    return connection.execute(in_scope(statement, INCIDENT, who)).one_or_none()


def story(connection: Connection, row: Row[Any]) -> Story:
    """Members and timeline of an incident."""
    entries = connection.execute(
        select(INCIDENT_ENTRY)
        .where(INCIDENT_ENTRY.c.incident_id == row.id)
        .order_by(INCIDENT_ENTRY.c.at.desc(), INCIDENT_ENTRY.c.id.desc())
    ).all()
    return Story(row, _members(connection, row.id, "alert"), _members(connection, row.id, "finding"), entries)


def _members(connection: Connection, incident_id: str, kind: str) -> Sequence[Row[Any]]:
    table, newest = (ALERT, ALERT.c.first_seen) if kind == "alert" else (FINDING, FINDING.c.first_seen)
    joined = and_(INCIDENT_MEMBER.c.member_id == table.c.id, INCIDENT_MEMBER.c.kind == kind)
    return connection.execute(
        select(table, INCIDENT_MEMBER.c.why.label("joined_because"))
        .join(INCIDENT_MEMBER, joined)
        .where(INCIDENT_MEMBER.c.incident_id == incident_id)
        .order_by(newest)
    ).all()


def document(told: Story) -> dict[str, Any]:
    """An incident as JSON values."""
    row = told.row
    return {
        "id": row.id,
        "title": row.title,
        "title_en": row.title_en,
        "state": row.state,
        "class": row.class_code,
        "level_proposed": row.level_proposed,
        "level_confirmed": row.level_confirmed,
        "site": row.site_id,
        "county": row.county,
        "stages": row.stages,
        "entities": row.entities,
        "occurred_at": _text(row.occurred_at),
        "detected_at": _text(row.detected_at),
        "confirmed_at": _text(row.confirmed_at),
        "closed_at": _text(row.closed_at),
        "owner": row.owner,
        "grading": row.grading,
        "version": row.version,
        "alerts": [alert.id for alert in told.alerts],
        "findings": [finding.id for finding in told.findings],
        "timeline": [
            {"at": _text(entry.at), "recorded_at": _text(entry.recorded_at), "kind": entry.kind, "text": entry.text}
            for entry in told.entries
        ],
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
