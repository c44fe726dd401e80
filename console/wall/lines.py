"""The lines of text on the big screen: confirmed incidents and issued notices, never a raw alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select

from analytics.db import INCIDENT, SITE, UNIT
from analytics.grading.tables import load_tables
from analytics.posture.counties import load_counties
from console.notices.queries import visible
from console.notices.tables import NOTICE
from console.wall.numbers import Reach
from console.web.scope import condition

SHOWN: Final = 5
TICKER: Final = 8
RECENT: Final = timedelta(days=7)
_UNNAMED_ZH: Final = "安全事件"
_UNNAMED_EN: Final = "Security incident"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, how grave, in words of both languages, and where it is told in full."""

    at: datetime
    zh: str
    en: str
    level: int | None
    href: str | None
    permission: str


def confirmed(connection: Connection, reach: Reach, *, standing: bool, since: datetime, most: int) -> Sequence[Line]:
    """The newest confirmed incidents; `standing` leaves out those that are over."""
    states = ("confirmed", "handling") if standing else ("confirmed", "handling", "closed")
    names = (SITE.c.name.label("site_name"), UNIT.c.name.label("unit_name"))
    columns = [INCIDENT.c[name] for name in ("id", "title", "title_en", "class_code", "county")]
    moments = (INCIDENT.c.detected_at, INCIDENT.c.confirmed_at, INCIDENT.c.level_confirmed)
    newest = (
        select(*columns, *moments, *names)
        .outerjoin(SITE, SITE.c.id == INCIDENT.c.site_id)
        .outerjoin(UNIT, UNIT.c.id == INCIDENT.c.unit_id)
        # The newest are found by when they were detected; an index on the state would fetch and sort all of them.
        .where(INCIDENT.c.level_confirmed.is_not(None), func.coalesce(INCIDENT.c.state, "").in_(states))
        .where(condition(INCIDENT, reach))
    )
    if not standing:
        newest = newest.where(INCIDENT.c.detected_at >= since)
    rows = connection.execute(newest.order_by(INCIDENT.c.detected_at.desc(), INCIDENT.c.id).limit(most)).all()
    return [_incident(row, reach.masked) for row in rows]


def issued(connection: Connection, reach: Reach, exercise: int | None, since: datetime) -> Sequence[Line]:
    """The newest notices that went out; during an exercise those of the exercise."""
    part = NOTICE.c.exercise_id.is_(None) if exercise is None else NOTICE.c.exercise_id == exercise
    newest = (
        select(NOTICE.c.id, NOTICE.c.number, NOTICE.c.title, NOTICE.c.issued_at, NOTICE.c.county)
        .where(NOTICE.c.issued_at >= since, NOTICE.c.state != "withdrawn", part, visible(reach))
        .order_by(NOTICE.c.issued_at.desc())
        .limit(TICKER)
    )
    return [_notice(row, reach.masked) for row in connection.execute(newest)]


def _incident(row: Any, masked: bool) -> Line:
    zh, en = row.title, row.title_en
    if masked:
        # Built from words of ours alone: nothing of the inventory can be in it.
        words = load_tables().classes.get(row.class_code or "")
        place_zh, place_en = _place(row.county)
        zh = f"{place_zh}某单位：{words.zh if words else _UNNAMED_ZH}"
        en = f"{words.en if words else _UNNAMED_EN}, a unit of {place_en}"
    href = None if masked else f"/incidents/{row.id}"
    return Line(row.confirmed_at or row.detected_at, zh, en, row.level_confirmed, href, "incidents.read")


def _notice(row: Any, masked: bool) -> Line:
    number = row.number or ""
    zh, en = f"{number} {row.title}".strip(), f"{number} {row.title}".strip()
    if masked:
        place_zh, place_en = _place(row.county)
        zh, en = f"向{place_zh}某单位下发通报", f"Notice issued to a unit of {place_en}"
    return Line(row.issued_at, zh, en, None, None if masked else f"/notices/{row.id}", "notices.read")


def _place(code: str | None) -> tuple[str, str]:
    county = next((one for one in load_counties() if one.code == code), None)
    return (county.short, county.en) if county else ("州本级", "the prefecture")
