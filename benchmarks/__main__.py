"""Run every benchmark, one after the other, each in a process of its own; fails when one fails."""

from __future__ import annotations

import subprocess
import sys
import time

BENCHMARKS = ("bench_flow", "bench_sigma", "bench_store", "bench_alert_pages", "bench_outbox", "bench_watchlist")


def main() -> int:
    """Run them all; the number of those that failed is the exit status."""
    failed = []
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
        print(f"   ({time.monotonic() - started:.0f} s)", flush=True)
    print(f"{len(BENCHMARKS) - len(failed)} passed, {len(failed)} failed" + "".join(f" {name}" for name in failed))
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
