"""The spool: segments on the sensor's disk until someone has them. A number is never given twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import orjson
import pyarrow as pa
from pyarrow import ipc

from sensors.contract import segment as segments
from sensors.contract.batch import EventBatch
from sensors.contract.segment import Segment, SegmentError, SegmentId, seal

QUOTA_BYTES: Final = 8 * 1024**3
MAX_ROWS: Final = 65_536
MAX_BATCH_BYTES: Final = 64 * 1024**2

Write = Callable[[Segment, Path], Path]


class SpoolError(OSError):
    """The spool cannot be used; the message says where and what to do."""


class SpoolFull(SpoolError):
    """The disk took no more; what was spooled before is intact."""


@dataclass(frozen=True, slots=True)
class SpoolReport:
    """What waits, and what the quota cost since the spool was made."""

    pending_segments: int
    pending_bytes: int
    refused_segments: int
    dropped_segments: int
    dropped_rows: int


@dataclass(frozen=True, slots=True)
class _State:
    next: int = 1
    dropped_segments: int = 0
    dropped_rows: int = 0


class Spool:
    """Segments of one sensor waiting to be taken, oldest first. Safe for several processes on one folder.

    The next number comes from a synced counter file and from the files that are there, whichever is larger,
    and the counter moves before the segment is written: a crash may skip a number and never repeats one.
    """

    def __init__(
        self,
        folder: Path,
        sensor: str,
        *,
        quota_bytes: int = QUOTA_BYTES,
        max_rows: int = MAX_ROWS,
        write: Write = segments.write,
    ) -> None:
        SegmentId.parse(f"{sensor}-000000")
        self.folder = folder
        self.sensor = sensor
        self._quota = quota_bytes
        self._max_rows = max_rows
        self._write = write
        (folder / "refused").mkdir(parents=True, exist_ok=True)
        with self._alone():
            for part in folder.glob(f".{sensor}-*.part"):
                part.unlink(missing_ok=True)
            self._load()

    def put(self, batch: EventBatch) -> SegmentId:
        """Durably keep a batch, split where it is too large; the id of its last segment. SpoolFull when it cannot.

        ValueError for a batch without rows: it would be a number spent on nothing.
        """
        if not len(batch):
            raise ValueError(f"an empty batch of {batch.dataset} is not spooled")
        last: SegmentId | None = None
        with self._alone():
            for part in self._split(batch):
                last = self._put(part)
        assert last is not None
        return last

    def pending(self) -> list[Path]:
        """The segment files that wait, oldest first."""
        return [path for _, path in self._numbered(self.folder)]

    def done(self, path: Path) -> None:
        """Forget a segment that was taken. Doing it twice is doing it once."""
        path.unlink(missing_ok=True)

    def refuse(self, path: Path, reason: str) -> Path:
        """Set a segment aside that will never be taken, with the reason beside it; returns its new place."""
        target = self.folder / "refused" / path.name
        segments.put(target.parent, f"{path.stem}.reason.txt", f"{reason}\n".encode())
        if path.exists():
            path.replace(target)
        return target

    def report(self) -> SpoolReport:
        """What waits and what was dropped."""
        state = self._load()
        sizes = [_size(path) for path in self.pending()]
        refused = len(self._numbered(self.folder / "refused"))
        return SpoolReport(len(sizes), sum(sizes), refused, state.dropped_segments, state.dropped_rows)

    def _put(self, batch: EventBatch) -> SegmentId:
        state = self._load()
        number = max([state.next, *(1 + number for number, _ in self._everything())])
        identity = SegmentId(self.sensor, number)
        segment = seal(identity, batch)
        try:
            self._save(replace(state, next=number + 1))
            self._write(segment, self.folder)
        except OSError as error:
            raise SpoolFull(
                f"spool {self.folder}: segment {identity} ({len(batch)} rows of {batch.dataset}) could not be written "
                f"({error.strerror or error}); free space on that disk, what was spooled before is intact"
            ) from error
        self._keep_quota(identity)
        return identity

    def _split(self, batch: EventBatch) -> Iterator[EventBatch]:
        rows = len(batch)
        if rows > 1 and (rows > self._max_rows or batch.table.nbytes > MAX_BATCH_BYTES):
            step = self._max_rows if rows > self._max_rows else -(-rows // 2)
            for start in range(0, rows, step):
                yield from self._split(EventBatch(batch.dataset, batch.table.slice(start, step)))
        else:
            yield batch

    def _keep_quota(self, newest: SegmentId) -> None:
        waiting = self._numbered(self.folder)
        size = sum(_size(path) for _, path in waiting)
        for number, path in waiting:
            if size <= self._quota or number == newest.sequence:
                return
            size -= _size(path)
            state = self._load()
            dropped = replace(
                state,
                dropped_segments=state.dropped_segments + 1,
                dropped_rows=state.dropped_rows + _rows(path),
            )
            path.unlink(missing_ok=True)
            self._save(dropped)

    def _everything(self) -> list[tuple[int, Path]]:
        return self._numbered(self.folder) + self._numbered(self.folder / "refused")

    def _numbered(self, folder: Path) -> list[tuple[int, Path]]:
        found = []
        for path in folder.glob(f"{self.sensor}-*.arrow"):
            try:
                identity = SegmentId.parse(path.stem)
            except SegmentError:
                continue
            found.append((identity.sequence, path))
        return sorted(found)

    @property
    def _counter(self) -> Path:
        return self.folder / f"{self.sensor}.counter.json"

    def _load(self) -> _State:
        try:
            content = self._counter.read_bytes()
        except FileNotFoundError:
            return _State()
        try:
            state = _State(**orjson.loads(content))
            if not all(isinstance(value, int) and value >= 0 for value in asdict(state).values()):
                raise TypeError("not a number")
        except (orjson.JSONDecodeError, TypeError) as error:
            raise SpoolError(
                f'{self._counter}: damaged counter; write {{"next": N}} there, '
                f"N larger than any number this sensor ever used"
            ) from error
        return state

    def _save(self, state: _State) -> None:
        segments.put(self.folder, self._counter.name, orjson.dumps(asdict(state)))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _rows(path: Path) -> int:
    try:
        metadata = ipc.open_file(pa.py_buffer(path.read_bytes())).schema.metadata or {}
        return int(metadata.get(b"gongga.rows", b"0"))
    except (OSError, ValueError):
        return 0
