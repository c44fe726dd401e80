"""What the event search shows: the asked span, its histogram, its events, and who stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from analytics.store.store import Bucket, EventStore, Page, Query, SearchResult

SPANS: Final[dict[str, timedelta]] = {
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
BARS: Final = 60
FACETS: Final = ("source.ip", "gongga.site.id", "event.dataset")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the histogram: when, how many, and its height as a share of the highest."""

    at: datetime
    count: int
    height: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    result: SearchResult
    bars: Sequence[Bar]
    total: int
    facets: Sequence[tuple[str, Sequence[tuple[str, int]]]]


def search(store: EventStore, query: Query, page: Page) -> Found:
    """Events, histogram and facets of a query. QueryError for one that cannot be run."""
    result = store.search(query, page)
    step = max((query.end - query.start) / BARS, timedelta(seconds=1))
    bars = _bars(store.histogram(query, step), query, step)
    facets = [(name, store.top(query, name, 6)) for name in FACETS]
    return Found(result, bars, sum(bar.count for bar in bars), facets)


def _bars(buckets: Sequence[Bucket], query: Query, step: timedelta) -> list[Bar]:
    counts = [0] * (BARS + 1)
    for bucket in buckets:
        place = int((bucket.at - query.start) / step)
        counts[min(max(place, 0), BARS)] += bucket.count
    highest = max(counts) or 1
    return [Bar(query.start + number * step, count, count / highest) for number, count in enumerate(counts)]


def sentence(row: dict[str, Any]) -> str:
    """An event in a line: who did what where, and how it was answered."""
    http, url, source = row.get("http", {}), row.get("url", {}), row.get("source", {})
    check = row.get("gongga", {}).get("check", {})
    if check:
        return f"{check.get('id', '')} → {check.get('result', '')} {url.get('full', '')}"
    if http.get("request"):
        status = http.get("response", {}).get("status_code", "")
        asked = f"{http['request'].get('method', '')} {url.get('domain', '')}{url.get('original', '')}"
        return f"{source.get('ip', '')} {asked} → {status}"
    dns = row.get("dns", {}).get("question", {})
    if dns:
        return f"{source.get('ip', '')} {dns.get('type', '')} {dns.get('name', '')}"
    there = row.get("destination", {})
    size = row.get("network", {}).get("bytes", "")
    return f"{source.get('ip', '')}:{source.get('port', '')} → {there.get('ip', '')}:{there.get('port', '')} {size}"
