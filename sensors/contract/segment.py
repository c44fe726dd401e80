"""A segment: one batch as a file. The unit of spooling, sending, storing, replaying and losing nothing."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from sensors.contract.batch import EventBatch, SchemaError, schema_of
from sensors.contract.fields import DATASETS, SCHEMA_VERSION

MAX_SEGMENT_BYTES: Final = 256 * 1024 * 1024
_FACTS: Final = ("sensor", "sequence", "dataset", "schema", "rows", "salt", "digest")
# The digest covers the whole file with a known text in its place; Arrow writes the metadata at both ends of the file.
_COPIES: Final = 2
_MOST_SALTS: Final = 100
_SENSOR: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,31}")
_NAME: Final = re.compile(r"(?P<sensor>[a-z0-9][a-z0-9_]{0,31})-(?P<sequence>\d{6,12})")


class SegmentError(ValueError):
    """A file is not a segment this version can take; the message says what and where."""


@dataclass(frozen=True, slots=True, order=True)
class SegmentId:
    """Which sensor wrote it, and its number there. Text form `s1-000812`; unique for ever."""

    sensor: str
    sequence: int

    def __str__(self) -> str:
        return f"{self.sensor}-{self.sequence:06d}"

    @classmethod
    def parse(cls, text: str) -> SegmentId:
        """The id of its text form. SegmentError when it is none."""
        match = _NAME.fullmatch(text)
        if not match:
            raise SegmentError(f"{text[:80]!r} is no segment id; expected SENSOR-NUMBER such as s1-000812")
        return cls(match["sensor"], int(match["sequence"]))


@dataclass(frozen=True, slots=True)
class Segment:
    """A batch with its id. Every row's `event.id` is the segment's id and the row's number."""

    id: SegmentId
    batch: EventBatch

    @property
    def dataset(self) -> str:
        return self.batch.dataset

    @property
    def file_name(self) -> str:
        return f"{self.id}.arrow"


def seal(identity: SegmentId, batch: EventBatch) -> Segment:
    """A segment of a batch: fills in `event.id` and `observer.name`."""
    if not _SENSOR.fullmatch(identity.sensor):
        raise SegmentError(
            f"sensor name {identity.sensor!r}: use a-z, 0-9 and _, at most 32, starting with a letter or digit"
        )
    rows = len(batch)
    stamped = batch.replace(
        {
            "event.id": [f"{identity}-{row}" for row in range(rows)],
            "observer.name": [identity.sensor] * rows,
        }
    )
    return Segment(identity, stamped)


def encode(segment: Segment) -> bytes:
    """The file's bytes: Arrow IPC, zstd, with the segment's facts in the schema's metadata."""
    for salt in range(_MOST_SALTS):
        blank = _place_of_digest(str(segment.id), str(salt))
        content = _as_file(segment, salt, blank)
        if content.count(blank) == _COPIES:
            return content.replace(blank, hashlib.sha256(content).hexdigest().encode())
    raise SegmentError(f"{segment.id}: the events imitate every place a digest could stand; they cannot be sealed")


def _as_file(segment: Segment, salt: int, blank: bytes) -> bytes:
    metadata = {
        "gongga.sensor": segment.id.sensor,
        "gongga.sequence": str(segment.id.sequence),
        "gongga.dataset": segment.dataset,
        "gongga.schema": str(SCHEMA_VERSION),
        "gongga.rows": str(len(segment.batch)),
        "gongga.salt": str(salt),
        "gongga.digest": blank.decode(),
    }
    table = segment.batch.table.replace_schema_metadata(metadata)
    sink = pa.BufferOutputStream()
    with ipc.new_file(sink, table.schema, options=ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table, max_chunksize=65536)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _place_of_digest(identity: str, salt: str) -> bytes:
    return hashlib.sha256(f"{identity} {salt}".encode()).hexdigest().encode()


def decode(content: bytes, where: str = "segment") -> Segment:
    """The segment of a file's bytes. SegmentError says in one sentence what is wrong and where."""
    if len(content) > MAX_SEGMENT_BYTES:
        raise SegmentError(f"{where}: {len(content)} bytes, at most {MAX_SEGMENT_BYTES} are taken")
    try:
        reader = ipc.open_file(pa.py_buffer(content))
        metadata = _metadata(reader.schema.metadata, where)
        _check_digest(content, metadata, where)
        table = reader.read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, SegmentError):
            raise
        raise SegmentError(f"{where}: damaged Arrow file ({_first_line(error)}); send the segment again") from error
    return _checked(metadata, table, where)


def read(path: Path) -> Segment:
    """The segment in a file. SegmentError when it cannot be taken, OSError when it cannot be opened."""
    return decode(path.read_bytes(), path.name)


def write(segment: Segment, folder: Path) -> Path:
    """Write the file: under a temporary name, synced, renamed, folder synced. Writing it again is writing it once."""
    return put(folder, segment.file_name, encode(segment))


def put(folder: Path, name: str, content: bytes | memoryview) -> Path:
    """Durably place a file of this content; a crash leaves the old file, the new one, or none, never a part."""
    target = folder / name
    part = folder / f".{name}.{os.getpid()}.part"
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return target


def _metadata(raw: Mapping[bytes, bytes] | None, where: str) -> dict[str, str]:
    found = {key.decode("utf-8", "replace"): value.decode("utf-8", "replace") for key, value in (raw or {}).items()}
    for name in _FACTS:
        if f"gongga.{name}" not in found:
            raise SegmentError(f"{where}: no {name!r} in the metadata; this is not a Gongga segment")
    return {name: found[f"gongga.{name}"] for name in _FACTS}


def _check_digest(content: bytes, metadata: Mapping[str, str], where: str) -> None:
    digest = metadata["digest"].encode()
    blank = _place_of_digest(f"{metadata['sensor']}-{metadata['sequence']:0>6}", metadata["salt"])
    before = content.replace(digest, blank) if len(digest) == len(blank) else b""
    if before.count(blank) != _COPIES or hashlib.sha256(before).hexdigest().encode() != digest:
        raise SegmentError(f"{where}: a byte changed since it was written (its digest does not fit); send it again")


def _checked(metadata: dict[str, str], table: pa.Table, where: str) -> Segment:
    if not metadata["schema"].isdigit() or not 1 <= int(metadata["schema"]) <= SCHEMA_VERSION:
        raise SegmentError(f"{where}: schema version {metadata['schema']!r}; this version reads 1 to {SCHEMA_VERSION}")
    identity = SegmentId.parse(f"{metadata['sensor']}-{metadata['sequence']:0>6}")
    dataset = metadata["dataset"]
    if dataset not in DATASETS:
        raise SegmentError(f"{where}: unknown dataset {dataset[:80]!r}")
    if metadata["rows"] != str(table.num_rows):
        raise SegmentError(f"{where}: {table.num_rows} rows, its metadata says {metadata['rows'][:20]}")
    _same_types(dataset, table, where)
    try:
        batch = EventBatch.from_table(dataset, table.replace_schema_metadata(None))
    except SchemaError as error:
        raise SegmentError(f"{where}: {error}") from error
    _check_rows(identity, batch, where)
    return Segment(identity, batch)


def _same_types(dataset: str, table: pa.Table, where: str) -> None:
    expected = schema_of(dataset)
    for field in table.schema:
        if field.name in expected.names and field.type != expected.field(field.name).type:
            wanted = expected.field(field.name).type
            raise SegmentError(f"{where}: dataset {dataset}, column {field.name!r} is {field.type}, expected {wanted}")


def _check_rows(identity: SegmentId, batch: EventBatch, where: str) -> None:
    rows = len(batch)
    if not rows:
        return
    if batch.table.column("@timestamp").null_count:
        raise SegmentError(f"{where}: a row without @timestamp")
    wanted = pa.array([f"{identity}-{row}" for row in range(rows)])
    if (
        not pc.all(pc.equal(batch.table.column("event.id"), wanted)).as_py()
        or batch.table.column("event.id").null_count
    ):
        raise SegmentError(f"{where}: event.id does not follow from segment {identity} and the row number")
    if batch.table.column("event.dataset").unique().to_pylist() != [batch.dataset]:
        raise SegmentError(f"{where}: event.dataset differs from the segment's dataset {batch.dataset!r}")


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
