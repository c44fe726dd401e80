"""Our own rule pack over generated access-log events, beside the SQL of pySigma's DuckDB backend."""

from __future__ import annotations

import sys

from analytics.sigma.ruleset import Ruleset, shipped
from benchmarks.sigma_duckdb import compare
from benchmarks.traffic import web_columns
from sensors.contract.batch import EventBatch

EVENTS = 100_000


def main() -> int:
    """Print events a second of both, and the ratio."""
    ruleset = Ruleset.load(shipped())
    batch = EventBatch.from_columns("log.web", web_columns(EVENTS))
    ruleset.match(batch.take(range(100)))
    found = compare(ruleset, batch)
    if not found.rules:
        print("no rule could be compared")
        return 1
    print(f"{EVENTS:,} events; ours: all rules of this log source; theirs: the {found.rules} rules their SQL can run")
    print(f"  ours   {EVENTS / found.ours:>12,.0f} events/s")
    print(f"  theirs {EVENTS / found.peer:>12,.0f} events/s")
    print(f"  same rows for {found.same} of {found.rules} rules, {found.failed} queries failed")
    for line in found.differing:
        print(f"    {line}")
    print(f"ratio, ours to theirs: {found.peer / found.ours:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
