"""What the alert queue and an alert's page show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, tuple_

from analytics.db import ALERT, SITE
from console.accounts.viewer import Viewer
from console.web.address import between, plain_address
from console.web.scope import in_scope

PAGE: Final = 50
WAITING: Final = ("new", "acknowledged")
LEVELS: Final = ("critical", "high", "medium", "low", "informational")


@dataclass(frozen=True, slots=True)
class Filter:
    """The address parameters of the queue. `status` waiting is what nobody has judged."""

    status: str = "waiting"
    level: str = ""
    site: str = ""
    county: str = ""
    detector: str = ""
    rule: str = ""
    text: str = ""
    group: str = "rule"
    # first seen from, and before
    since: datetime | None = None
    until: datetime | None = None

    def address(self, **changed: str) -> dict[str, str]:
        """The parameters as an address carries them, some changed; empty ones left out."""
        mine = plain_address(self) | changed
        mine["q"] = mine.pop("text")
        defaults = {"status": "waiting", "group": "rule"}
        return {name: value for name, value in mine.items() if value != defaults.get(name, "")}


@dataclass(frozen=True, slots=True)
class Group:
    """Alerts of one rule on one site: the newest of them, how many, how often, since when."""

    newest: Row[Any]
    alerts: int
    count: int
    first_seen: datetime


def conditions(asked: Filter) -> list[ColumnElement[bool]]:
    """What a filter asks of the rows."""
    exact = {"level": asked.level, "site_id": asked.site, "county": asked.county, "detector": asked.detector}
    found = [ALERT.c[name] == value for name, value in {**exact, "rule_id": asked.rule}.items() if value]
    if asked.status == "waiting":
        found.append(ALERT.c.status.in_(WAITING))
    elif asked.status:
        found.append(ALERT.c.status == asked.status)
    if asked.text:
        texts = (ALERT.c.title, ALERT.c.title_en, ALERT.c.entity)
        found.append(or_(*(column.contains(asked.text, autoescape=True) for column in texts)))
    return [*found, *between(ALERT.c.first_seen, asked.since, asked.until)]


def _listed() -> Select[Any]:
    return select(ALERT, SITE.c.name.label("site_name")).outerjoin(SITE, SITE.c.id == ALERT.c.site_id)


def alerts(
    connection: Connection, who: Viewer, asked: Filter, before: tuple[datetime, str] | None, size: int = PAGE
) -> tuple[Sequence[Row[Any]], tuple[datetime, str] | None]:
    """A page of alerts, newest first, and the place the next page goes on from."""
    statement = _listed().where(*conditions(asked))
    if before:
        statement = statement.where(tuple_(ALERT.c.last_seen, ALERT.c.id) < tuple_(*before))
    ordered = in_scope(statement, ALERT, who).order_by(ALERT.c.last_seen.desc(), ALERT.c.id.desc())
    rows = connection.execute(ordered.limit(size + 1)).all()
    more = len(rows) > size
    return rows[:size], (rows[size - 1].last_seen, rows[size - 1].id) if more else None


def groups(connection: Connection, who: Viewer, asked: Filter, size: int = PAGE) -> list[Group]:
    """The alerts grouped by rule and site, the group with the gravest and newest first."""
    place = func.coalesce(ALERT.c.site_id, ALERT.c.entity)
    summed = in_scope(
        select(
            ALERT.c.rule_id,
            place.label("place"),
            func.count().label("alerts"),
            func.sum(ALERT.c.count).label("count"),
            func.min(ALERT.c.first_seen).label("first_seen"),
            func.max(ALERT.c.last_seen).label("last_seen"),
        ).where(*conditions(asked)),
        ALERT,
        who,
    ).group_by(ALERT.c.rule_id, place)
    totals = summed.subquery()
    same = and_(ALERT.c.rule_id == totals.c.rule_id, place == totals.c.place, ALERT.c.last_seen == totals.c.last_seen)
    rows = connection.execute(
        in_scope(
            _listed()
            .add_columns(
                totals.c.alerts.label("in_group"), totals.c["count"].label("times"), totals.c.first_seen.label("since")
            )
            .join(totals, same)
            .where(*conditions(asked)),
            ALERT,
            who,
        ).order_by(ALERT.c.last_seen.desc(), ALERT.c.id)
    ).all()
    found: dict[tuple[str, str], Group] = {}
    for row in rows:
        key = (row.rule_id, row.site_id or row.entity)
        found.setdefault(key, Group(row, row.in_group, int(row.times), row.since))
    return sorted(found.values(), key=_gravest)[:size]


def _gravest(group: Group) -> tuple[int, float]:
    return LEVELS.index(group.newest.level), -group.newest.last_seen.timestamp()


def one(connection: Connection, who: Viewer, alert_id: str) -> Row[Any] | None:
    """An alert this viewer may see."""
    return connection.execute(in_scope(_listed().where(ALERT.c.id == alert_id), ALERT, who)).one_or_none()


def judged_before(connection: Connection, who: Viewer, row: Row[Any]) -> Sequence[Row[Any]]:
    """How often this rule was judged so on this site, and when last."""
    statement = select(ALERT.c.status, func.count().label("n"), func.max(ALERT.c.verdict_at).label("last")).where(
        ALERT.c.rule_id == row.rule_id, ALERT.c.site_id == row.site_id, ALERT.c.verdict_at.is_not(None)
    )
    return connection.execute(in_scope(statement, ALERT, who).group_by(ALERT.c.status)).all()


def beside(connection: Connection, who: Viewer, row: Row[Any]) -> Sequence[Row[Any]]:
    """Other alerts of the same site, newest first."""
    if row.site_id is None:
        return []
    statement = select(ALERT).where(ALERT.c.site_id == row.site_id, ALERT.c.id != row.id)
    return connection.execute(in_scope(statement, ALERT, who).order_by(ALERT.c.last_seen.desc()).limit(6)).all()


def count(connection: Connection, who: Viewer, asked: Filter) -> int:
    """How many alerts a filter finds."""
    statement = select(func.count()).select_from(ALERT).where(*conditions(asked))
    return int(connection.execute(in_scope(statement, ALERT, who)).scalar_one())


def document(row: Row[Any]) -> dict[str, Any]:
    """An alert as JSON values."""
    keys = ("id", "detector", "rule_id", "title", "title_en", "level", "site_id", "county", "entity", "count", "why")
    more = ("events", "techniques", "stage", "class_code", "status", "verdict_reason", "verdict_by", "incident_id")
    times = ("first_seen", "last_seen", "verdict_at")
    return {
        **{key: getattr(row, key) for key in (*keys, *more, "version")},
        **{key: getattr(row, key).isoformat() if getattr(row, key) else None for key in times},
    }
