"""Files of one dataset and day: segments as they came, joined ones, and the manifest that says which is which."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from sensors.contract.segment import put

# Places a file durably: folder, name, content.
Keep: TypeAlias = Callable[[Path, str, bytes], Path]
MANIFEST: Final = "joined.json"
_ROWS: Final = 32_768
_TIMES: Final = ("@timestamp", "event.start", "event.end")


@dataclass(frozen=True, slots=True)
class Joined:
    """What a manifest says: the joined file, and the segments whose rows it holds."""

    file: str
    segments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Day:
    """One folder: a dataset's events of one UTC day."""

    folder: Path

    @property
    def dataset(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return self.folder.name

    def joined(self) -> Joined | None:
        """The manifest; None when nothing was joined yet."""
        try:
            document = orjson.loads((self.folder / MANIFEST).read_bytes())
        except FileNotFoundError:
            return None
        return Joined(str(document["file"]), frozenset(document["segments"]))

    def files(self) -> list[Path]:
        """The files that hold the day's rows, each row once."""
        joined = self.joined()
        inside = joined.segments if joined else frozenset()
        single = [path for path in self.folder.glob("*-*.parquet") if path.stem not in inside]
        return sorted([*single, *([self.folder / joined.file] if joined else [])])

    def holds(self, segment: str) -> bool:
        """Whether a segment's rows of this day are here."""
        if (self.folder / f"{segment}.parquet").exists():
            return True
        joined = self.joined()
        return joined is not None and segment in joined.segments

    def add(self, segment: str, table: pa.Table, keep: Keep = put) -> None:
        """Keep a segment's rows of this day, durably."""
        self.folder.mkdir(parents=True, exist_ok=True)
        keep(self.folder, f"{segment}.parquet", encoded(table))

    def join(self) -> int:
        """Join the day's files into one; the files saved. Readers and a crash see it wholly before or wholly after."""
        files = self.files()
        before = self.joined()
        if len(files) < 2:
            return 0
        table = pa.concat_tables([pq.ParquetFile(path).read() for path in files], promote_options="default")
        table = table.sort_by([("@timestamp", "ascending"), ("event.id", "ascending")])
        segments = {path.stem for path in files if before is None or path.name != before.file}
        segments |= before.segments if before else frozenset()
        number = 1 + (int(before.file.removeprefix("joined_").removesuffix(".parquet")) if before else 0)
        name = f"joined_{number}.parquet"
        put(self.folder, name, encoded(table))
        put(self.folder, MANIFEST, orjson.dumps({"file": name, "segments": sorted(segments)}))
        for path in files:
            path.unlink(missing_ok=True)
        return len(files) - 1


def encoded(table: pa.Table) -> bytes:
    """The Parquet file of a table: small where times follow each other and ids do not repeat."""
    sink = pa.BufferOutputStream()
    plain = [name for name in table.column_names if name != "event.id" and name not in _TIMES]
    delta = {name: "DELTA_BINARY_PACKED" for name in _TIMES if name in table.column_names}
    pq.write_table(
        table,
        sink,
        row_group_size=_ROWS,
        compression="zstd",
        use_dictionary=plain,
        column_encoding={**delta, "event.id": "DELTA_BYTE_ARRAY"},
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def days_of(root: Path, dataset: str) -> list[Day]:
    """The days of a dataset, oldest first."""
    folder = root / dataset
    return [Day(folder / name) for name in sorted(os.listdir(folder))] if folder.is_dir() else []


def all_days(root: Path) -> Iterator[Day]:
    """Every day of every dataset."""
    for dataset in sorted(os.listdir(root)) if root.is_dir() else []:
        yield from days_of(root, dataset)
