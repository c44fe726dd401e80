"""Meeting a watch list of 100 000 values, beside pyarrow's `is_in` of the same values on the same columns."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from analytics.intel.detect import WatchlistDetector
from analytics.intel.meet import meet
from analytics.intel.policy import load_policy
from analytics.intel.watchlist import Entry, build
from sensors.contract.batch import EventBatch

WATCHED = 100_000
EVENTS = 100_000
ROUNDS = 5
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Of a thousand events so many meet something, which is far more than any office would bear.
MET_IN_1000 = 1


def seconds(work: Callable[[], object]) -> float:
    """Median of some rounds."""
    work()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def addresses(chance: random.Random, count: int) -> list[str]:
    """Distinct addresses outside the reserved ranges."""
    found: set[str] = set()
    while len(found) < count:
        found.add(f"{chance.randint(20, 99)}.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}")
    return sorted(found)


def entries(addresses: Sequence[str], names: Sequence[str]) -> list[Entry]:
    """A watch list of addresses, some networks and names."""
    values = [("ipv4", one) for one in addresses] + [("domain", one) for one in names]
    values += [("ipv4", f"198.{51 + n % 4}.{n % 256}.0/24") for n in range(200)]
    start, end = NOON - timedelta(days=1), NOON + timedelta(days=30)
    return [Entry(f"in-{n}", kind, value, "", "bench", 80, start, end) for n, (kind, value) in enumerate(values)]


def columns(
    chance: random.Random, bad: Sequence[str], names: Sequence[str], distinct: int
) -> dict[str, dict[str, list[object]]]:
    """Flows of so many sources, and DNS questions."""
    good, asked = addresses(chance, distinct), [f"www{n}.site{n % 997}.test" for n in range(distinct)]

    def pick(pool: Sequence[str], evil: Sequence[str]) -> str:
        return chance.choice(evil) if chance.randrange(1000) < MET_IN_1000 else chance.choice(pool)

    at: list[object] = [NOON + timedelta(milliseconds=n) for n in range(EVENTS)]
    ids: list[object] = [f"b-000001-{n}" for n in range(EVENTS)]
    common = {"@timestamp": at, "event.id": ids, "gongga.site.id": [f"s{n % 100}" for n in range(EVENTS)]}
    ours: list[object] = [f"10.1.{n % 100}.{n % 250}" for n in range(EVENTS)]
    return {
        "flow": {**common, "source.ip": [pick(good, bad) for _ in range(EVENTS)], "destination.ip": ours},
        "dns": {
            **common,
            "source.ip": ours,
            "destination.ip": ["10.1.0.1"] * EVENTS,
            "dns.question.name": [pick(asked, names) for _ in range(EVENTS)],
        },
    }


def main() -> int:
    """Print events a second for each kind of traffic, and the ratio to the floor."""
    chance = random.Random(7)
    bad = addresses(chance, WATCHED - 20_000)
    names = [f"evil{n}.test" for n in range(20_000)]
    started = time.perf_counter()
    watch = build(entries(bad, names))
    print(f"  a list of {len(watch.entries):,} values is built in {time.perf_counter() - started:.2f} s")
    floor_addresses, floor_names = pa.array(bad), pa.array(names)
    detector = WatchlistDetector(lambda: watch, load_policy())
    ratios = []
    for distinct in (2_000, 50_000):
        for dataset, given in columns(chance, bad, names, distinct).items():
            batch = EventBatch.from_columns(dataset, given)
            looked = [("source.ip", floor_addresses), ("destination.ip", floor_addresses)]
            looked += [("dns.question.name", floor_names)] if dataset == "dns" else []

            def plain(batch: EventBatch = batch, looked: list[tuple[str, pa.Array]] = looked) -> list[object]:
                return [pc.is_in(batch.table.column(name), value_set=values) for name, values in looked]

            mine = seconds(lambda batch=batch: meet(batch.dataset, batch.table, watch))
            whole = seconds(lambda batch=batch: detector.detect(batch))
            floor = seconds(plain)
            ratios.append(floor / mine)
            print(
                f"  {dataset:<5} of {distinct:>6,} others: {EVENTS / mine:>10,.0f} events/s, with claims "
                f"{EVENTS / whole:>10,.0f}; plain is_in {EVENTS / floor:>10,.0f}; ratio {floor / mine:.2f}"
            )
    print(f"{WATCHED:,} watched values; ratio, ours to plain is_in, median: {statistics.median(ratios):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
