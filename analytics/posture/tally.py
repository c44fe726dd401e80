"""Counting what is open and what each day brought, by county: the numbers of the big screen, never counted while
somebody looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, func, insert, select, true

from analytics.correlation.incident import AT_REST
from analytics.db import ALERT, CHANGE, FINDING, INCIDENT, reader
from analytics.findings.finding import GONE
from analytics.inventory.inventory import load
from analytics.posture.attacks import CHINA, Attack, day_of, fold, load_counting
from analytics.posture.tables import ATTACK, POSTURE_COUNT, POSTURE_DAY, POSTURE_MARK

MARK: Final = "tally"
# Nothing changed since the last count: so long it stands without being counted again.
TRUSTED: Final = timedelta(seconds=60)
DAYS: Final = 30
HOURS_KEPT: Final = 50
WAITING: Final = ("new", "acknowledged")
_SEEN: Final = ("status", "class_code", "site_id", "unit_id", "county", "entity", "level", "first_seen", "last_seen")

Counts = Counter[tuple[str, str, str]]
# Which rows of a list count.
Limit = Callable[[Table], ColumnElement[bool]]


def tally(engine: Engine, now: datetime) -> bool:
    """Count if something changed or the last count is old; whether it was counted. Counting twice changes nothing."""
    with reader(engine).begin() as connection:
        mark = connection.execute(select(POSTURE_MARK).where(POSTURE_MARK.c.name == MARK)).one_or_none()
        newest = connection.execute(select(func.max(CHANGE.c.id))).scalar() or 0
        hour = _hour(now)
        same_hour = mark is not None and _hour(mark.counted_at) == hour
        fresh = same_hour and mark is not None and mark.change_id == newest and now - mark.counted_at < TRUSTED
        if not fresh:
            # People may change their mind about an older alert: once an hour all days are counted.
            first = now.astimezone(CHINA).date() - timedelta(days=1 if same_hour else DAYS)
            counts = open_lists(connection)
            attacks = _attacks(connection, first)
            days = _days(connection, first, attacks)
    with engine.begin() as connection:
        if not fresh:
            _write(connection, hour, counts)
            _rewrite_days(connection, first, attacks, days)
        connection.execute(delete(POSTURE_MARK).where(POSTURE_MARK.c.name == MARK))
        counted_at = mark.counted_at if fresh and mark is not None else now
        values = {"name": MARK, "at": now, "counted_at": counted_at, "change_id": newest}
        connection.execute(insert(POSTURE_MARK).values(values))
    return not fresh


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def start_of(day: date) -> datetime:
    """When a day begins in China."""
    return datetime.combine(day, time(), CHINA)


def everything(_table: Table) -> ColumnElement[bool]:
    """No limit on a list."""
    return true()


def open_lists(connection: Connection, limit: Limit = everything) -> Counts:
    """What is open now: (measure, facet, county) → how many."""
    level = func.coalesce(INCIDENT.c.level_confirmed, INCIDENT.c.level_proposed, 0)
    lists = (
        ("alerts", ALERT, ALERT.c.level, ALERT.c.status.in_(WAITING)),
        ("findings", FINDING, FINDING.c.severity, FINDING.c.state.not_in(GONE)),
        ("checks", FINDING, FINDING.c.check_id, FINDING.c.state.not_in(GONE)),
        ("incidents", INCIDENT, level, INCIDENT.c.state.not_in(AT_REST)),
    )
    found: Counts = Counter()
    for measure, table, facet, which in lists:
        grouped = select(facet, table.c.county, func.count()).where(which, limit(table)).group_by(facet, table.c.county)
        for name, county, number in connection.execute(grouped):
            found[measure, str(name), county or ""] += int(number)
    return found


def _attacks(connection: Connection, first: date) -> list[Attack]:
    """The attacks that began on this day or later."""
    inventory = load(connection)
    alerts = select(*(ALERT.c[name] for name in _SEEN)).where(ALERT.c.first_seen >= start_of(first))
    return fold(connection.execute(alerts).mappings().all(), inventory.is_ours, load_counting())  # type: ignore[arg-type]


def days_since(connection: Connection, first: date, limit: Limit) -> Counts:
    """What each day since `first` brought to a part of the lists; attacks as they were counted last."""
    listed = select(ATTACK).where(ATTACK.c.day >= first.isoformat(), limit(ATTACK))
    return _days(connection, first, connection.execute(listed), limit)


def _days(connection: Connection, first: date, attacks: Iterable[Any], limit: Limit = everything) -> Counts:
    """What each day since `first` brought: (day, measure, county) → how many, or how many minutes in all."""
    found: Counts = Counter()
    for attack in attacks:
        found[attack.day, "attacks", attack.county or ""] += 1
    since = start_of(first)
    findings = select(FINDING.c.first_seen, FINDING.c.county).where(FINDING.c.first_seen >= since, limit(FINDING))
    for at, county in connection.execute(findings):
        found[day_of(at), "findings", county or ""] += 1
    moments = (INCIDENT.c.occurred_at, INCIDENT.c.detected_at, INCIDENT.c.confirmed_at, INCIDENT.c.closed_at)
    mine = INCIDENT.c.detected_at >= since, limit(INCIDENT)
    for row in connection.execute(select(INCIDENT.c.county, *moments).where(*mine)):
        _incident(found, row)
    return found


def _incident(found: Counts, row: Any) -> None:
    day, county = day_of(row.detected_at), row.county or ""
    found[day, "incidents", county] += 1
    found[day, "detect_minutes", county] += _minutes(row.occurred_at, row.detected_at)
    if row.confirmed_at is not None:
        found[day, "confirmed", county] += 1
        found[day, "confirm_minutes", county] += _minutes(row.detected_at, row.confirmed_at)
    if row.closed_at is not None:
        found[day, "closed", county] += 1
        found[day, "close_minutes", county] += _minutes(row.detected_at, row.closed_at)


def _minutes(start: datetime, end: datetime) -> int:
    return max(0, round((end - start) / timedelta(minutes=1)))


def _write(connection: Connection, hour: datetime, counts: Counts) -> None:
    """This hour's numbers anew; what is older than two days is forgotten."""
    old = POSTURE_COUNT.c.hour < hour - timedelta(hours=HOURS_KEPT)
    connection.execute(delete(POSTURE_COUNT).where((POSTURE_COUNT.c.hour == hour) | old))
    # Says that this hour was counted, even if nothing was open.
    rows = [{"hour": hour, "measure": "hour", "facet": "", "county": "", "n": 1}]
    rows += [
        {"hour": hour, "measure": measure, "facet": facet, "county": county, "n": number}
        for (measure, facet, county), number in counts.items()
    ]
    connection.execute(insert(POSTURE_COUNT), rows)


def _rewrite_days(connection: Connection, first: date, attacks: Iterable[Attack], days: Counts) -> None:
    since = first.isoformat()
    connection.execute(delete(ATTACK).where(ATTACK.c.day >= since))
    connection.execute(delete(POSTURE_DAY).where(POSTURE_DAY.c.day >= since))
    forgotten = (first - timedelta(days=2 * DAYS)).isoformat()
    connection.execute(delete(ATTACK).where(ATTACK.c.day < forgotten))
    connection.execute(delete(POSTURE_DAY).where(POSTURE_DAY.c.day < forgotten))
    rows: list[Mapping[str, Any]] = [{name: getattr(one, name) for name in Attack.__slots__} for one in attacks]
    if rows:
        connection.execute(insert(ATTACK), rows)
    if days:
        values = [
            {"day": day, "measure": measure, "county": county, "n": n} for (day, measure, county), n in days.items()
        ]
        connection.execute(insert(POSTURE_DAY), values)
