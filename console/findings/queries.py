"""What the finding pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, case, func, or_, select

from analytics.db import FINDING, FINDING_MOVE, SITE
from analytics.findings.finding import GONE
from console.accounts.viewer import Viewer
from console.web.address import between, plain_address
from console.web.scope import in_scope

PAGE: Final = 100
SEVERITIES: Final = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Filter:
    """The address parameters of the list. `state` open is everything that is not gone."""

    state: str = "open"
    severity: str = ""
    site: str = ""
    county: str = ""
    check: str = ""
    text: str = ""
    skip: int = 0
    # first seen from, and before
    since: datetime | None = None
    until: datetime | None = None

    def address(self, **changed: str | int) -> dict[str, str | int]:
        """The parameters as an address carries them, some changed; empty ones left out."""
        mine: dict[str, str | int] = plain_address(self) | changed
        mine["q"] = mine.pop("text")
        plain: dict[str, str | int] = {"state": "open", "skip": 0}
        return {name: value for name, value in mine.items() if value != plain.get(name, "")}


def conditions(asked: Filter) -> list[ColumnElement[bool]]:
    """What a filter asks of the rows."""
    exact = {"severity": asked.severity, "site_id": asked.site, "county": asked.county, "check_id": asked.check}
    found = [FINDING.c[name] == value for name, value in exact.items() if value]
    if asked.state == "open":
        found.append(FINDING.c.state.not_in(GONE))
    elif asked.state:
        found.append(FINDING.c.state == asked.state)
    if asked.text:
        texts = (FINDING.c.title, FINDING.c.title_en, FINDING.c.location, SITE.c.name)
        found.append(or_(*(column.contains(asked.text, autoescape=True) for column in texts)))
    return [*found, *between(FINDING.c.first_seen, asked.since, asked.until)]


def findings(connection: Connection, who: Viewer, asked: Filter) -> tuple[Sequence[Row[Any]], bool]:
    """A page of findings, gravest first, and whether there are more."""
    statement = select(FINDING, SITE.c.name.label("site_name")).outerjoin(SITE, SITE.c.id == FINDING.c.site_id)
    gravity = case({name: number for number, name in enumerate(SEVERITIES)}, value=FINDING.c.severity, else_=9)
    ordered = in_scope(statement.where(*conditions(asked)), FINDING, who).order_by(
        gravity, FINDING.c.last_seen.desc(), FINDING.c.id
    )
    rows = connection.execute(ordered.offset(asked.skip).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def count(connection: Connection, who: Viewer, asked: Filter) -> int:
    """How many findings a filter finds."""
    statement = select(func.count()).select_from(FINDING).outerjoin(SITE, SITE.c.id == FINDING.c.site_id)
    return int(connection.execute(in_scope(statement.where(*conditions(asked)), FINDING, who)).scalar_one())


def one(connection: Connection, who: Viewer, finding_id: str) -> Row[Any] | None:
    """A finding this viewer may see."""
    statement = select(FINDING, SITE.c.name.label("site_name")).outerjoin(SITE, SITE.c.id == FINDING.c.site_id)
    return connection.execute(in_scope(statement.where(FINDING.c.id == finding_id), FINDING, who)).one_or_none()


def moves(connection: Connection, finding_id: str) -> Sequence[Row[Any]]:
    """A finding's life, newest first."""
    mine = select(FINDING_MOVE).where(FINDING_MOVE.c.finding_id == finding_id)
    return connection.execute(mine.order_by(FINDING_MOVE.c.at.desc(), FINDING_MOVE.c.id.desc())).all()


def document(row: Row[Any]) -> dict[str, Any]:
    """A finding as JSON values."""
    keys = ("id", "site_id", "county", "check_id", "location", "title", "title_en", "severity", "class_code", "state")
    more = ("times_seen", "addresses", "evidence", "why", "events", "incident_id", "version")
    times = ("first_seen", "last_seen", "clean_since", "accepted_until")
    return {
        **{key: getattr(row, key) for key in (*keys, *more)},
        **{key: getattr(row, key).isoformat() if getattr(row, key) else None for key in times},
    }
