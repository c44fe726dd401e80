"""Files of events, logs and captures as batches: which reader takes a file is seen from its first bytes.

The readers belong to the sensors, which the console may not import: they are named here as text and loaded when needed.
"""

from __future__ import annotations

import gzip
import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sensors.contract.batch import EventBatch

# Where each reader lives, `module:attribute`.
READERS: Final[dict[str, str]] = {
    "capture": "sensors.flow.capture:Capture",
    "events": "sensors.logs.events:EventReader",
    "log": "sensors.logs.reader:LogReader",
    "eve": "sensors.logs.eve:EveReader",
    "zeek": "sensors.logs.zeek:ZeekReader",
}
_CAPTURES: Final = (
    b"\xa1\xb2\xc3\xd4",
    b"\xd4\xc3\xb2\xa1",
    b"\xa1\xb2\x3c\x4d",
    b"\x4d\x3c\xb2\xa1",
    b"\x0a\x0d\x0d\x0a",
)
_EVENT_FILES: Final = (b"PAR1", b"ARROW1")


def kind_of(head: bytes) -> str:
    """`capture`, `events` (ours: ndjson, Parquet, Arrow), `zeek`, `eve` or `log`, by the first bytes, unpacked."""
    if head[:4] in _CAPTURES:
        return "capture"
    if head.startswith(_EVENT_FILES) or (head.lstrip()[:1] == b"{" and b'"event"' in head and b'"dataset"' in head):
        return "events"
    if head.startswith(b"#separator") or (head.lstrip()[:1] == b"{" and b'"id.orig_h"' in head):
        return "zeek"
    if head.lstrip()[:1] == b"{" and b'"event_type"' in head:
        return "eve"
    return "log"


def head_of(path: Path) -> bytes:
    """The first 4 KiB of a file, unpacked when it is gzip. OSError or EOFError when it cannot be read."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head[:2] != b"\x1f\x8b":
        return head
    with gzip.open(path) as unpacked:
        return unpacked.read(4096)


def reader(kind: str) -> Any:
    """The reader of that kind."""
    module, attribute = READERS[kind].split(":")
    return getattr(importlib.import_module(module), attribute)


def numbered(batch: EventBatch, before: int) -> EventBatch:
    """The batch with its place in the file, from 1, as the id of each event that has none."""
    ids = batch.column("event.id")
    if None not in ids:
        return batch
    filled = [one if one is not None else str(before + place) for place, one in enumerate(ids, start=1)]
    return batch.replace({"event.id": filled})


class Sources:
    """Files, one after the other, as batches; what could not be used is told in a sentence each."""

    def __init__(self, files: Sequence[Path], tell: Callable[[str], None]) -> None:
        self._files = files
        self._tell = tell

    def batches(self) -> Iterator[EventBatch]:
        """The batches of every file that can be read."""
        for path in self._files:
            try:
                yield from self._read(path)
            except (OSError, EOFError, ValueError) as error:
                self._tell(f"{path}: {_said(error)}")

    def _read(self, path: Path) -> Iterator[EventBatch]:
        kind = kind_of(head_of(path))
        made = reader(kind)(path) if kind != "capture" else reader(kind)([path])
        seen = 0
        for batch in made.batches():
            if len(batch):
                yield numbered(batch, seen)
                seen += len(batch)
        report = getattr(made, "report", None)
        for reason, count in getattr(report, "refused", {}).items():
            first = getattr(report, "first", {}).get(reason)
            where = f", first on line {first}" if first else ""
            self._tell(f"{path}: {count} not used: {reason}{where}.")


def _said(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"cannot be read ({text})."
