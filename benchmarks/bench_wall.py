"""The big screen's snapshot over a hundred thousand alerts, beside the bare rows of the roll-ups it reads."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from analytics.db import SITE, SITE_DAY
from analytics.posture.tables import ATTACK, POSTURE_COUNT, POSTURE_DAY
from analytics.posture.tally import tally
from console.wall.numbers import Reach
from console.wall.snapshot import as_document, take
from tests.console.deskside import Table, table_in
from tests.console.walldata import prefecture
from tests.factories import NOON

ALERTS, INCIDENTS, SITES = 100_000, 10_000, 300
ROUNDS = 60
MOST = 50.0


def times(work: Callable[[], object]) -> list[float]:
    """The milliseconds of some rounds, the shortest first."""
    work()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)


def p95(taken: list[float]) -> float:
    return taken[int(len(taken) * 0.95)]


def bare(table: Table) -> int:
    """The rows that a snapshot reads, as they are stored."""
    with table.desk.reads.begin() as connection:
        newest = connection.execute(select(func.max(POSTURE_COUNT.c.hour))).scalar()
        day = NOON.date().isoformat()
        read = 0
        for asked in (
            select(POSTURE_COUNT).where(POSTURE_COUNT.c.hour == newest),
            select(POSTURE_DAY),
            select(SITE.c.id, SITE.c.unit_id, SITE.c.rank),
            select(SITE_DAY.c.site_id, SITE_DAY.c.visits, SITE_DAY.c.failed).where(SITE_DAY.c.day <= day),
            select(ATTACK.c.kind, ATTACK.c.source).where(ATTACK.c.first_seen >= NOON - timedelta(days=1)),
        ):
            read += len(connection.execute(asked).fetchall())
    return read


def main() -> int:
    """Print the milliseconds of a snapshot and of a count; 1 when a snapshot takes longer than promised."""
    with tempfile.TemporaryDirectory() as folder:
        table = table_in(Path(folder))
        prefecture(table.desk.engine, NOON, sites=SITES, alerts=ALERTS, incidents=INCIDENTS)

        def snapshot() -> object:
            with table.desk.reads.begin() as connection:
                return as_document(take(connection, Reach(), NOON))

        floor, taken = times(lambda: bare(table)), times(snapshot)
        started = time.perf_counter()
        tally(table.desk.engine, NOON + timedelta(seconds=61))
        counted = time.perf_counter() - started
        table.desk.engine.dispose()
    print(f"{ALERTS:,} alerts, {INCIDENTS:,} incidents, {SITES} sites; {bare.__doc__}")
    print(f"  bare rows        p50 {statistics.median(floor):6.1f} ms   p95 {p95(floor):6.1f} ms")
    print(
        f"  snapshot         p50 {statistics.median(taken):6.1f} ms   p95 {p95(taken):6.1f} ms   at most {MOST:.0f} ms"
    )
    print(f"  counting again   {counted * 1000:10.0f} ms, each ten seconds when something changed")
    print(f"ratio, bare rows to the snapshot: {statistics.median(floor) / statistics.median(taken):.2f}")
    return 0 if p95(taken) <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
