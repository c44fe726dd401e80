"""SigmaHQ's rules: which run and why the others do not; then the access log in one pass, beside DuckDB."""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from pathlib import Path

from analytics.sigma.ruleset import Ruleset
from benchmarks.sigma_duckdb import compare
from sensors.contract.batch import EventBatch, concat
from sensors.logs.reader import LogReader


def main() -> int:
    """Print the counts, events a second and the ratio."""
    folder = Path(os.environ.get("GONGGA_EVAL_DATA", ""))
    logs = sorted((folder / "evaluation" / "access-logs").glob("*"))
    if not logs:
        print("no access logs: set GONGGA_EVAL_DATA to the folder of the evaluation data")
        return 2
    ruleset = Ruleset.load([folder / "sigmahq"])
    running = sum(entry.runs for entry in ruleset.entries)
    print(f"{len(ruleset.entries)} rule documents: {running} run, {len(ruleset.entries) - running} are refused")
    reasons = Counter(re.sub(r"'[^']*'", "…", entry.reason or "") for entry in ruleset.entries if not entry.runs)
    for reason, count in reasons.most_common():
        print(f"  {count:>4}  {reason}")
    batch: EventBatch = concat(batch for path in logs for batch in LogReader(path).batches() if len(batch))
    started = time.perf_counter()
    matches = ruleset.match(batch)
    cold = time.perf_counter() - started
    print(f"{len(batch):,} log lines, first pass {len(batch) / cold:,.0f} events/s; {len(matches)} rules match")
    found = compare(ruleset, batch)
    print(
        f"again {len(batch) / found.ours:,.0f} events/s; DuckDB {len(batch) / found.peer:,.0f} with {found.rules} rules"
    )
    print(f"same rows for {found.same} of {found.rules} rules, {found.failed} of their queries failed")
    for line in found.differing:
        print(f"    {line}")
    print(f"ratio, ours to theirs: {found.peer / found.ours:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
