"""Log files as event batches, with every line accounted for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

from sensors.contract.batch import EventBatch
from sensors.logs.access import LONGEST_LINE, NotALine, columns, is_access_log, parse

ROWS: Final = 50_000


class LogError(ValueError):
    """A file is no log this reader knows; the sentence says what to do."""


@dataclass(slots=True)
class LogReport:
    """Lines read and used, and for each reason of refusal how many and the first line."""

    read: int = 0
    used: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def refuse(self, reason: str) -> None:
        """Count a line that could not be used."""
        self.refused[reason] = self.refused.get(reason, 0) + 1
        self.first.setdefault(reason, self.read)


class LogReader:
    """Reads one access log, gzip or plain, in bounded memory."""

    def __init__(self, path: Path, rows: int = ROWS) -> None:
        self._path = path
        self._rows = rows
        self.report = LogReport()

    def batches(self) -> Iterator[EventBatch]:
        """The events of the file in batches. LogError when it is no log, OSError when it cannot be opened."""
        rows: list[dict[str, Any]] = []
        for line in lines_of(self._path):
            self.report.read += 1
            if not line.strip():
                self.report.refuse("empty")
                continue
            try:
                row = parse(line)
            except NotALine as error:
                self.report.refuse(str(error))
                self._give_up()
                continue
            self.report.used += 1
            place = {"log.file.path": self._path.name, "gongga.log.line": self.report.read}
            rows.append(row | place | {"event.id": str(self.report.read)})
            if len(rows) == self._rows:
                yield EventBatch.from_columns("log.web", columns(rows))
                rows = []
        if rows:
            yield EventBatch.from_columns("log.web", columns(rows))

    def _give_up(self) -> None:
        if self.report.read == 100 and not self.report.used:
            raise LogError(f"{self._path}: the first 100 lines are of no access log in common or combined format")


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a file, gzip or plain, without their ends; one over the longest comes in pieces."""
    with _opened(path) as file:
        while line := file.readline(LONGEST_LINE + 2):
            yield line.decode("utf-8", "replace").rstrip("\r\n")


def sniff(head: bytes) -> str:
    """`access` when the first whole line is one of an access log, else "unknown"."""
    first = head.decode("utf-8", "replace").splitlines()
    return "access" if first and any(is_access_log(line) for line in first[:5]) else "unknown"


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as plain:
        if plain.read(2) != b"\x1f\x8b":
            plain.seek(0)
            yield plain
            return
    with gzip.open(path) as unpacked:
        yield cast("IO[bytes]", unpacked)
