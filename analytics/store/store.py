"""Where events are kept and searched: the port, and the values that pass through it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import pyarrow as pa

from sensors.contract.segment import Segment


class StoreError(OSError):
    """The store cannot do what was asked; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Query:
    """Lucene text over a span of time. `sites` is what the asker may see; None is everything."""

    text: str
    start: datetime
    end: datetime
    datasets: tuple[str, ...] = ()
    sites: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """How many rows, and after which one: the time and id of the last row of the page before."""

    size: int = 50
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Nested ECS documents, newest first; where the next page goes on; files that could not be read."""

    rows: tuple[dict[str, Any], ...]
    next: tuple[datetime, str] | None = None
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bucket:
    """Events of a dataset from this moment until the next bucket's."""

    at: datetime
    dataset: str
    count: int


@dataclass(frozen=True, slots=True)
class StoreStats:
    """What the store holds."""

    files: int
    bytes: int
    rows: int
    first_day: str | None
    last_day: str | None


class Scans(Protocol):
    """The part of an event store that gives whole columns."""

    def scan(
        self,
        dataset: str,
        start: datetime,
        end: datetime,
        *,
        site: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> Iterator[pa.Table]:
        """A dataset's columns in order of days."""
        ...


class EventStore(Scans, Protocol):
    """Where events are kept and searched. Appending the same segment twice is appending it once."""

    def append(self, segment: Segment) -> int:
        """Keep a segment; the rows added."""
        ...

    def search(self, query: Query, page: Page) -> SearchResult:
        """Events that match, newest first."""
        ...

    def histogram(self, query: Query, interval: timedelta) -> list[Bucket]:
        """Matching events per interval and dataset."""
        ...

    def top(self, query: Query, field: str, size: int) -> list[tuple[str, int]]:
        """The most frequent values of a field among matching events."""
        ...

    def get(self, event_id: str) -> dict[str, Any] | None:
        """One event as a nested ECS document."""
        ...

    def events(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """These events, in the order asked for; unknown ones are left out."""
        ...

    def expire(self, before: datetime) -> int:
        """Delete whole days before a moment; the files deleted."""
        ...

    def compact(self) -> int:
        """Join the files of closed days; the files saved."""
        ...

    def stats(self) -> StoreStats:
        """What it holds."""
        ...
