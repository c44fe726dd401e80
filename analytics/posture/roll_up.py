"""Each site's day: visits of its home page and what was open on it, counted anew while the day lasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, and_, delete, func, insert, select

from analytics.correlation.incident import AT_REST
from analytics.db import ALERT, CHANGE, FINDING, INCIDENT, SITE, SITE_DAY
from analytics.findings.finding import GONE
from analytics.store.store import Scans

CHINA: Final = ZoneInfo("Asia/Shanghai")
CHECK: Final = "availability/home"
COLUMNS: Final = (
    "gongga.site.id",
    "gongga.check.id",
    "gongga.check.result",
    "gongga.check.round",
    "gongga.check.attempt",
)
# A new installation looks so far back; later only the day that is and the one before it are counted anew.
FIRST_LOOK: Final = 30
CHANGES_KEPT: Final = timedelta(hours=1)


def roll_up(engine: Engine, store: Scans, now: datetime) -> int:
    """Count the days that may have changed; the days counted. Old notices of change are forgotten with it."""
    today = now.astimezone(CHINA).date()
    with engine.connect() as connection:
        known = connection.execute(select(func.max(SITE_DAY.c.day))).scalar()
    since = min(date.fromisoformat(known), today) - timedelta(days=1) if known else today - timedelta(days=FIRST_LOOK)
    days = [since + timedelta(days=n) for n in range((today - since).days + 1)][-FIRST_LOOK - 1 :]
    visits = {day: visits_of(store, day) for day in days}
    with engine.begin() as connection:
        sites = list(connection.execute(select(SITE.c.id).where(SITE.c.active)).scalars())
        open_now = _open(connection)
        for day in days:
            counts = open_now if day == today else _kept(connection, day)
            rows = [
                {"site_id": site, "day": day.isoformat(), **_visited(visits[day].get(site)), **_counted(counts, site)}
                for site in sites
                if day == today or site in visits[day] or site in counts
            ]
            connection.execute(delete(SITE_DAY).where(SITE_DAY.c.day == day.isoformat()))
            if rows:
                connection.execute(insert(SITE_DAY), rows)
        connection.execute(delete(CHANGE).where(CHANGE.c.at < now - CHANGES_KEPT))
    return len(days)


def visits_of(store: Scans, day: date) -> Mapping[str, tuple[int, int]]:
    """Visits and failures of each site on a day of China's clock; the retries of one round are one visit."""
    start = datetime.combine(day, time(), CHINA)
    rounds: dict[tuple[str, str], tuple[int, str]] = {}
    for table in store.scan("probe.http", start, start + timedelta(days=1), columns=COLUMNS):
        for row in table.to_pylist():
            site, result = row["gongga.site.id"], row["gongga.check.result"]
            if site is None or row["gongga.check.id"] != CHECK or result not in ("pass", "fail"):
                continue
            key, attempt = (site, row["gongga.check.round"] or ""), row["gongga.check.attempt"] or 1
            if attempt >= rounds.get(key, (0, ""))[0]:
                rounds[key] = attempt, result
    found: dict[str, tuple[int, int]] = {}
    for (site, _), (_, result) in rounds.items():
        visits, failed = found.get(site, (0, 0))
        found[site] = visits + 1, failed + (result == "fail")
    return found


def _visited(counts: tuple[int, int] | None) -> dict[str, int]:
    visits, failed = counts or (0, 0)
    return {"visits": visits, "failed": failed}


def _counted(counts: Mapping[str, tuple[int, int, int]], site: str) -> dict[str, int]:
    findings, alerts, incidents = counts.get(site, (0, 0, 0))
    return {"findings": findings, "alerts": alerts, "incidents": incidents}


def _open(connection: Connection) -> dict[str, tuple[int, int, int]]:
    """What is open on each site now."""
    lists = (
        (FINDING, FINDING.c.state.not_in(GONE)),
        (ALERT, ALERT.c.status.in_(("new", "acknowledged"))),
        (INCIDENT, INCIDENT.c.state.not_in(AT_REST)),
    )
    counts: dict[str, list[int]] = {}
    for place, (table, condition) in enumerate(lists):
        mine = and_(table.c.site_id.is_not(None), condition)
        for site, number in connection.execute(select(table.c.site_id, func.count()).where(mine).group_by("site_id")):
            counts.setdefault(site, [0, 0, 0])[place] = number
    return {site: (row[0], row[1], row[2]) for site, row in counts.items()}


def _kept(connection: Connection, day: date) -> dict[str, tuple[int, int, int]]:
    """What was open at the end of a day that is over."""
    rows = connection.execute(select(SITE_DAY).where(SITE_DAY.c.day == day.isoformat()))
    return {row.site_id: (row.findings, row.alerts, row.incidents) for row in rows}
