"""Reading the roll-ups for the big screen: a few short queries, whatever the size of the lists behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select

from analytics.db import SITE, UNIT
from analytics.posture.site_week import visited
from analytics.posture.tables import ATTACK, POSTURE_COUNT, POSTURE_DAY, POSTURE_MARK
from analytics.posture.tally import MARK, days_since, open_lists
from console.web.scope import condition

TOP: Final = 5
Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose numbers: these counties and units, or the whole prefecture; with names masked for visitors."""

    counties: frozenset[str] | None = None
    units: frozenset[str] | None = None
    masked: bool = False

    @property
    def sees_all(self) -> bool:
        return self.counties is None and self.units is None


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


def open_now(connection: Connection, reach: Reach) -> Open:
    """What is open now. Who sees single units has few rows: those are counted as they stand."""
    if reach.units:
        return _opened(open_lists(connection, condition_of(reach)))
    return _open_at(connection, connection.execute(select(func.max(POSTURE_COUNT.c.hour))).scalar(), reach)


def open_yesterday(connection: Connection, reach: Reach, now: datetime) -> Open | None:
    """What was open some 24 hours ago; None when nobody counted then, or not for these units."""
    if reach.units:
        return None
    near = POSTURE_COUNT.c.hour.between(now - timedelta(hours=27), now - timedelta(hours=24))
    hour = connection.execute(select(func.max(POSTURE_COUNT.c.hour)).where(near)).scalar()
    return _open_at(connection, hour, reach) if hour else None


def _open_at(connection: Connection, hour: datetime | None, reach: Reach) -> Open:
    rows = select(POSTURE_COUNT).where(POSTURE_COUNT.c.hour == hour, condition(POSTURE_COUNT, reach))
    return _opened({(row.measure, row.facet, row.county): row.n for row in connection.execute(rows)})


def _opened(counts: Mapping[tuple[str, str, str], int]) -> Open:
    total: dict[tuple[str, str], int] = {}
    by_county: dict[str, dict[tuple[str, str], int]] = {}
    for (measure, facet, county), number in counts.items():
        total[measure, facet] = total.get((measure, facet), 0) + number
        by_county.setdefault(county, {})[measure, facet] = number
    return Open(total, by_county)


def condition_of(reach: Reach) -> Callable[[Table], ColumnElement[bool]]:
    """The scope as a condition on any list."""
    return lambda table: condition(table, reach)


def days(connection: Connection, reach: Reach, first: date) -> Mapping[tuple[str, str], int]:
    """What each day since the first brought: (day, measure) → how many."""
    if reach.units:
        found: dict[tuple[str, str], int] = {}
        for (day, measure, _), number in days_since(connection, first, condition_of(reach)).items():
            found[day, measure] = found.get((day, measure), 0) + number
        return found
    summed = (
        select(POSTURE_DAY.c.day, POSTURE_DAY.c.measure, func.sum(POSTURE_DAY.c.n))
        .where(POSTURE_DAY.c.day >= first.isoformat(), condition(POSTURE_DAY, reach))
        .group_by(POSTURE_DAY.c.day, POSTURE_DAY.c.measure)
    )
    return {(day, measure): int(number) for day, measure, number in connection.execute(summed)}


def attacks_since(
    connection: Connection, reach: Reach, since: datetime
) -> tuple[Sequence[tuple[str, int]], Sequence[tuple[str, int]]]:
    """Attacks since a moment, counted by kind and by source, each with the most first."""
    counted = (
        select(ATTACK.c.kind, ATTACK.c.source, func.count())
        .where(ATTACK.c.first_seen >= since, condition(ATTACK, reach))
        .group_by(ATTACK.c.kind, ATTACK.c.source)
    )
    kinds: dict[str, int] = {}
    sources: dict[str, int] = {}
    for kind, source, number in connection.execute(counted):
        kinds[kind] = kinds.get(kind, 0) + number
        sources[source] = sources.get(source, 0) + number
    return _most_first(kinds), _most_first(sources)


def _most_first(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def assets(connection: Connection, reach: Reach, now: datetime) -> Assets:
    """The sites in scope."""
    listed = select(SITE.c.id, SITE.c.unit_id, SITE.c.rank, SITE.c.protection_level, SITE.c.is_cii)
    in_reach = SITE.c.active.is_(True) & condition(UNIT, reach)
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
