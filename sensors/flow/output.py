"""Batches written out as ndjson, Parquet or Arrow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from sensors.contract.batch import EventBatch, schema_of
from sensors.contract.fields import WIRE

# Every column that an event off the wire may have, each once.
SCHEMA: Final = pa.schema({field.name: field.type for dataset in WIRE for field in schema_of(dataset)}.items())


class OutputError(ValueError):
    """Where events were to go cannot take them; the message says what to do."""


def write_ndjson(batches: Iterable[EventBatch], out: Path | None, stdout: IO[bytes]) -> None:
    """One nested document a line, to a file or to standard output."""
    if out is None:
        _lines(batches, stdout)
        return
    with out.open("wb") as file:
        _lines(batches, file)


def _lines(batches: Iterable[EventBatch], file: IO[bytes]) -> None:
    for batch in batches:
        for document in batch.documents():
            file.write(json.dumps(document, ensure_ascii=False).encode("utf-8") + b"\n")


def write_parquet(batches: Iterable[EventBatch], out: Path | None, _stdout: IO[bytes]) -> None:
    """One Parquet file of all datasets: every column of each, null where an event has none."""
    with pq.ParquetWriter(_file(out, "parquet"), SCHEMA) as writer:
        for batch in batches:
            writer.write_table(_widened(batch))


def write_arrow(batches: Iterable[EventBatch], out: Path | None, _stdout: IO[bytes]) -> None:
    """The same as one Arrow file."""
    with pa.ipc.new_file(str(_file(out, "arrow")), SCHEMA) as writer:
        for batch in batches:
            writer.write_table(_widened(batch))


def _widened(batch: EventBatch) -> pa.Table:
    rows, held = len(batch), set(batch.table.column_names)
    columns = [batch.table.column(field.name) if field.name in held else pa.nulls(rows, field.type) for field in SCHEMA]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _file(out: Path | None, kind: str) -> Path:
    if out is None or out.is_dir():
        raise OutputError(f"{kind} needs a file to write to; name one with -o")
    return out


FORMATS: Final[dict[str, Callable[[Iterable[EventBatch], Path | None, IO[bytes]], None]]] = {
    "ndjson": write_ndjson,
    "parquet": write_parquet,
    "arrow": write_arrow,
}
