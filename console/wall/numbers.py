"""Reading the roll-ups for the big screen: a few short queries, whatever the size of the lists behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select, true

from analytics.db import SITE, UNIT
from analytics.posture.site_week import visited
from analytics.posture.tables import ATTACK, POSTURE_COUNT, POSTURE_DAY, POSTURE_MARK
from analytics.posture.tally import MARK

TOP: Final = 5
Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Open:
    """What is open as of an hour: in all, and in each county."""

    total: Counts
    by_county: Mapping[str, Counts]

    def sum(self, measure: str) -> int:
        """How many of a measure in all."""
        return sum(number for (name, _), number in self.total.items() if name == measure)


@dataclass(frozen=True, slots=True)
class Assets:
    """The sites in scope: who they belong to, how they are protected, how they could be opened this week."""

    sites: int
    units: int
    protected: int
    cii: int
    ranks: Mapping[str, int]
    visits: int
    failed: int
    failing: int


def counted_at(connection: Connection) -> datetime | None:
    """When the numbers were last known to be right; None before the first count."""
    return connection.execute(select(POSTURE_MARK.c.at).where(POSTURE_MARK.c.name == MARK)).scalar_one_or_none()


def mine(table: Table, counties: frozenset[str] | None) -> ColumnElement[bool]:
    """Rows of these counties; None is the whole prefecture."""
    return true() if counties is None else table.c.county.in_(sorted(counties))


def open_now(connection: Connection, counties: frozenset[str] | None) -> Open:
    """What is open now."""
    return _open_at(connection, connection.execute(select(func.max(POSTURE_COUNT.c.hour))).scalar(), counties)


def open_yesterday(connection: Connection, counties: frozenset[str] | None, now: datetime) -> Open | None:
    """What was open some 24 hours ago; None when nobody counted then."""
    near = POSTURE_COUNT.c.hour.between(now - timedelta(hours=27), now - timedelta(hours=24))
    hour = connection.execute(select(func.max(POSTURE_COUNT.c.hour)).where(near)).scalar()
    return _open_at(connection, hour, counties) if hour else None


def _open_at(connection: Connection, hour: datetime | None, counties: frozenset[str] | None) -> Open:
    total: dict[tuple[str, str], int] = {}
    by_county: dict[str, dict[tuple[str, str], int]] = {}
    rows = select(POSTURE_COUNT).where(POSTURE_COUNT.c.hour == hour, mine(POSTURE_COUNT, counties))
    for row in connection.execute(rows):
        key = row.measure, row.facet
        total[key] = total.get(key, 0) + row.n
        by_county.setdefault(row.county, {})[key] = row.n
    return Open(total, by_county)


def days(connection: Connection, counties: frozenset[str] | None, first: str) -> Mapping[tuple[str, str], int]:
    """What each day since the first brought: (day, measure) → how many."""
    summed = (
        select(POSTURE_DAY.c.day, POSTURE_DAY.c.measure, func.sum(POSTURE_DAY.c.n))
        .where(POSTURE_DAY.c.day >= first, mine(POSTURE_DAY, counties))
        .group_by(POSTURE_DAY.c.day, POSTURE_DAY.c.measure)
    )
    return {(day, measure): int(number) for day, measure, number in connection.execute(summed)}


def attacks_by(
    connection: Connection, counties: frozenset[str] | None, since: datetime, column: str
) -> Sequence[tuple[str, int]]:
    """Attacks since a moment, counted by kind or source, the most first."""
    counted = func.count().label("n")
    rows = connection.execute(
        select(ATTACK.c[column], counted)
        .where(ATTACK.c.first_seen >= since, mine(ATTACK, counties))
        .group_by(ATTACK.c[column])
        .order_by(counted.desc(), ATTACK.c[column])
    )
    return [(value, int(number)) for value, number in rows]


def assets(connection: Connection, counties: frozenset[str] | None, now: datetime) -> Assets:
    """The sites in scope."""
    listed = select(SITE.c.id, SITE.c.unit_id, SITE.c.rank, SITE.c.protection_level, SITE.c.is_cii)
    in_reach = SITE.c.active.is_(True) & mine(UNIT, counties)
    rows = connection.execute(listed.join(UNIT, UNIT.c.id == SITE.c.unit_id).where(in_reach)).all()
    known = {row.id for row in rows}
    week = [row for row in connection.execute(visited(now)) if row.site_id in known]
    ranks: dict[str, int] = {}
    for row in rows:
        ranks[row.rank] = ranks.get(row.rank, 0) + 1
    return Assets(
        sites=len(rows),
        units=len({row.unit_id for row in rows}),
        protected=sum((row.protection_level or 0) >= 3 for row in rows),
        cii=sum(row.is_cii for row in rows),
        ranks=ranks,
        visits=_sum(week, "visits"),
        failed=_sum(week, "failed"),
        failing=sum(row.failed > 0 for row in week),
    )


def _sum(rows: Iterable[Row[Any]], name: str) -> int:
    return sum(int(getattr(row, name)) for row in rows)
