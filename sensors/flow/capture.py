"""Captures as batches of flow, http, dns and tls events, with every packet accounted for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sensors.contract.batch import EventBatch
from sensors.flow import layout
from sensors.flow.container import CaptureError, Reading, open_capture, read_frames
from sensors.flow.conversations import Conversations, Ends
from sensors.flow.engine import engine
from sensors.flow.export import Names, ends_of, flow_batch
from sensors.flow.meters import Meter, Taken
from sensors.flow.settings import MeterSettings

# Below so many bytes plain Python is through before compiled code is loaded.
SMALL: Final = 256 * 1024
STDIN: Final = Path("-")


@dataclass(slots=True)
class Report:
    """What became of the packets: read = counted + all refused + evicted."""

    read: int = 0
    counted: int = 0
    evicted: int = 0
    flows: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    unusable: int = 0

    def document(self) -> dict[str, Any]:
        """The report as `gongga flow read` prints it."""
        packets = {"read": self.read, "counted": self.counted, "refused": self.refused, "evicted": self.evicted}
        return {"packets": packets, "flows": self.flows}


class Capture:
    """Captures read one after the other into one flow table."""

    def __init__(
        self,
        paths: Iterable[Path],
        settings: MeterSettings | None = None,
        *,
        sensor: str = "flow",
        compiled: bool | None = None,
    ) -> None:
        self._paths: Sequence[Path] = tuple(map(Path, paths))
        self._settings = settings or MeterSettings()
        self._sensor = sensor
        self._engine = engine(compiled=_worth_it(self._paths) if compiled is None else compiled)
        self._meter = Meter(self._engine, self._settings)
        self._conversations = Conversations(self._settings)
        self._open: set[int] = set()
        self._names = Names()
        self._ready: list[EventBatch] = []
        self._buffer = memoryview(b"")
        self.report = Report()

    def batches(self) -> Iterator[EventBatch]:
        """Every event of the captures; faults and counts are in the report as it goes on."""
        for path in self._paths:
            reading = Reading(str(path))
            try:
                yield from self._read(path, reading)
            except CaptureError as error:
                self.report.faults.append(str(error))
                self.report.unusable += 1
            if reading.fault:
                self.report.faults.append(reading.fault)
            self.report.read += reading.packets
        self._meter.flush(self._take)
        self._conversations.flush()
        self._account()
        yield from self._drain()

    def _read(self, path: Path, reading: Reading) -> Iterator[EventBatch]:
        if path == STDIN:
            yield from self._frames(sys.stdin.buffer, reading)
            return
        with open_capture(path) as file:
            yield from self._frames(file, reading)

    def _frames(self, file: Any, reading: Reading) -> Iterator[EventBatch]:
        for buffer, frames, count in read_frames(
            file, self._engine, chunk_bytes=self._settings.chunk_bytes, reading=reading
        ):
            self._buffer = memoryview(buffer)
            self._meter.feed(buffer, frames, count, self._take)
            yield from self._drain()

    def _take(self, taken: Taken) -> None:
        """Payloads first: a flow that was written in the same call is closed after them."""
        if len(taken.picks):
            self._payloads(taken)
        if len(taken.done):
            self._ready.append(flow_batch(taken.done, taken.done_intervals, self._names, self._sensor))
            self.report.flows += len(taken.done)
            ended = taken.done[taken.done[:, layout.REASON] != layout.ACTIVE, layout.CONVERSATION]
            for conversation in ended[ended > 0].tolist():
                self._conversations.close(conversation)
                self._open.discard(conversation)

    def _payloads(self, taken: Taken) -> None:
        for pick in taken.picks.tolist():
            conversation = pick[layout.PICK_CONVERSATION]
            if conversation not in self._open:
                self._open.add(conversation)
                self._conversations.open(conversation, self._ends(pick, taken))
            at = pick[layout.PICK_AT]
            self._conversations.take(
                conversation,
                pick[layout.PICK_SIDE],
                pick[layout.PICK_SEQUENCE],
                pick[layout.PICK_TIME],
                pick[layout.PICK_APPLICATION],
                bool(pick[layout.PICK_START]),
                bytes(self._buffer[at : at + pick[layout.PICK_LENGTH]]),
            )

    def _ends(self, pick: list[int], taken: Taken) -> Ends:
        row = taken.flows[pick[layout.PICK_ROW]]
        if row[layout.SERIAL] != pick[layout.PICK_SERIAL]:
            row = taken.done[taken.done[:, layout.SERIAL] == pick[layout.PICK_SERIAL]][0]
        found = ends_of(row, self._names)
        return Ends(
            source_ip=found["source.ip"],
            source_port=found["source.port"],
            destination_ip=found["destination.ip"],
            destination_port=found["destination.port"],
            transport=found["network.transport"],
            type=found["network.type"],
            community_id=found["network.community_id"],
            vlan=found["network.vlan.id"],
        )

    def _account(self) -> None:
        self.report.counted, self.report.evicted = self._meter.counted, self._meter.evicted
        self.report.refused = self._meter.refused

    def _drain(self) -> Iterator[EventBatch]:
        ready, self._ready = self._ready, []
        yield from ready
        for batch in self._conversations.batches():
            yield batch.replace({"observer.name": [self._sensor] * len(batch)})


def _worth_it(paths: Sequence[Path]) -> bool:
    """Whether there is enough to read that loading compiled code pays."""
    sizes = [path.stat().st_size for path in paths if path.is_file()]
    return len(sizes) < len(paths) or sum(sizes) > SMALL


def read_capture(
    paths: Iterable[Path], *, sensor: str = "flow", settings: MeterSettings | None = None
) -> Iterator[EventBatch]:
    """The events of captures. CaptureError names the first that is none."""
    capture = Capture(paths, settings, sensor=sensor)
    yield from capture.batches()
    if capture.report.unusable:
        raise CaptureError(capture.report.faults[0])
