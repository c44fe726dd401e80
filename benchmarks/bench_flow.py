"""Reading a capture: our sensor beside dpkt with a dict of flows, and beside the floor of finding the packets."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import dpkt

from benchmarks.traffic import write_capture
from sensors.flow.capture import Capture
from sensors.flow.container import Reading, open_capture, read_frames
from sensors.flow.engine import engine
from sensors.flow.meters import Meter
from sensors.flow.settings import MeterSettings

FLOWS = 20_000
ROUNDS = 3


def with_dpkt(path: Path) -> int:
    """Flows with packets, bytes, first and last time, as one writes it with dpkt."""
    flows: dict[tuple[bytes, bytes, int, int, int], list[float]] = {}
    with path.open("rb") as file:
        for at, data in dpkt.pcap.Reader(file):
            packet = dpkt.ethernet.Ethernet(data).data
            inner = packet.data
            ends = sorted(((packet.src, inner.sport), (packet.dst, inner.dport)))
            key = (ends[0][0], ends[1][0], ends[0][1], ends[1][1], packet.p)
            flow = flows.setdefault(key, [0, 0, at, at])
            flow[0] += 1
            flow[1] += packet.len
            flow[3] = at
    return len(flows)


def found(path: Path) -> int:
    """The floor: packets found, nothing looked at."""
    reading = Reading(str(path))
    with open_capture(path) as file:
        for _ in read_frames(file, engine(compiled=True), chunk_bytes=MeterSettings().chunk_bytes, reading=reading):
            pass
    return reading.packets


def metered(path: Path) -> int:
    """Flows in the table, nothing written out as events."""
    meter = Meter(engine(compiled=True), MeterSettings())
    written = 0

    def take(taken: object) -> None:
        nonlocal written
        written += len(taken.done)

    with open_capture(path) as file:
        reading = Reading(str(path))
        for buffer, frames, count in read_frames(
            file, engine(compiled=True), chunk_bytes=MeterSettings().chunk_bytes, reading=reading
        ):
            meter.feed(buffer, frames, count, take)
    meter.flush(take)
    return written


def events(path: Path) -> int:
    """Everything: flow and http events as columns."""
    capture = Capture([path], compiled=True)
    for _ in capture.batches():
        pass
    return capture.report.flows


def seconds(work: Callable[[Path], int], path: Path) -> tuple[float, int]:
    """Median of some rounds, and what the work gave."""
    taken, given = [], 0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        given = work(path)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken), given


def main() -> int:
    """Print packets a second of each, and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.pcap"
        packets = write_capture(path, FLOWS)
        events(path)
        print(f"{packets:,} packets, {FLOWS:,} flows, {path.stat().st_size / 1e6:.0f} MB")
        rates = {}
        for name, work in (
            ("floor: packets found", found),
            ("our meter", metered),
            ("our sensor, events", events),
            ("dpkt and a dict", with_dpkt),
        ):
            taken, given = seconds(work, path)
            rates[name] = packets / taken
            print(f"  {name:<22} {packets / taken:>12,.0f} packets/s   {given:>9,} found")
            if given != (packets if work is found else FLOWS):
                print(f"{name} found {given}, not what is in the capture")
                return 1
    print(f"ratio, our sensor to dpkt: {rates['our sensor, events'] / rates['dpkt and a dict']:.1f}")
    print(f"ratio, our meter to dpkt: {rates['our meter'] / rates['dpkt and a dict']:.1f}")
    print(f"ratio, our meter to the floor: {rates['our meter'] / rates['floor: packets found']:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
