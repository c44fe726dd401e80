"""The histogram and the lines of a search."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.store.parquet import ParquetStore
from analytics.store.store import Page, Query
from console.search.queries import search, sentence
from tests.factories import NOON, segment


def test_the_bars_hold_every_event_once_and_the_highest_is_full(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.append(segment("http", *[{"source.ip": "203.0.113.7"}] * 5))

    found = search(store, Query("*", NOON - timedelta(hours=1), NOON + timedelta(hours=1), (), None), Page(2, None))

    assert (found.total, len(found.result.rows)) == (5, 2)
    assert max(bar.height for bar in found.bars) == 1.0
    assert ("source.ip", [("203.0.113.7", 5)]) in [(name, list(values)) for name, values in found.facets]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {
                "source": {"ip": "203.0.113.7"},
                "http": {"request": {"method": "GET"}, "response": {"status_code": 404}},
                "url": {"domain": "kd-1.example", "original": "/x"},
            },
            "203.0.113.7 GET kd-1.example/x → 404",
        ),
        (
            {"gongga": {"check": {"id": "tls/expired", "result": "bad"}}, "url": {"full": "https://k/"}},
            "tls/expired → bad https://k/",
        ),
        ({"source": {"ip": "10.0.0.1"}, "dns": {"question": {"name": "a.b", "type": "A"}}}, "10.0.0.1 A a.b"),
        (
            {"source": {"ip": "::1", "port": 1}, "destination": {"ip": "::2", "port": 2}, "network": {"bytes": 9}},
            "::1:1 → ::2:2 9",
        ),
    ],
)
def test_an_event_is_told_in_a_line(row: dict[str, Any], words: str) -> None:
    assert sentence(row) == words
