"""Every capture of the evaluation data: no crash, every packet accounted for, compiled and plain code the same."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

from sensors.flow.capture import Capture, Report


def read(path: Path, *, compiled: bool) -> tuple[list[object], Report, int]:
    """Tables and report of a capture, and the packets of its flows."""
    capture = Capture([path], compiled=compiled)
    batches = list(capture.batches())
    packets = sum(sum(batch.column("network.packets")) for batch in batches if batch.dataset == "flow")
    return [batch.table for batch in batches], capture.report, packets


def main() -> int:
    """Print what does not hold, then the sums."""
    folder = Path(os.environ.get("GONGGA_EVAL_DATA", "")) / "pcaps"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        print("no captures: set GONGGA_EVAL_DATA to the folder of the evaluation data")
        return 2
    sums: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for path in files:
        try:
            tables, report, packets = read(path, compiled=True)
            plain = read(path, compiled=False)
        except Exception as error:
            print(f"{path.name}: {type(error).__name__}: {error}")
            sums["crashed"] += 1
            continue
        exact = report.read == report.counted + sum(report.refused.values()) + report.evicted
        if not exact or packets != report.counted + report.evicted:
            print(f"{path.name}: the sum is not exact: {report}")
            sums["inexact"] += 1
        if plain != (tables, report, packets):
            print(f"{path.name}: compiled and plain code differ")
            sums["different"] += 1
        sums.update(captures=1, read=report.read, counted=report.counted, evicted=report.evicted, flows=report.flows)
        sums["damaged"] += bool(report.faults)
        refused.update(report.refused)
    print(", ".join(f"{name} {count:,}" for name, count in sums.items()))
    print("refused: " + ", ".join(f"{why} {count:,}" for why, count in refused.most_common()))
    return 1 if sums["crashed"] or sums["inexact"] or sums["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
