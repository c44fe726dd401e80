"""Asking DuckDB about a day's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.store.days import Day
from analytics.store.reading import Reading, in_network
from tests.factories import batch


@pytest.mark.parametrize(
    ("address", "network", "inside"),
    [
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("2001:db8::9", "2001:db8::/33", True),
        ("10.1.2.3", "2001:db8::/33", False),
        ("no address", "10.0.0.0/8", False),
        (None, "10.0.0.0/8", False),
    ],
)
def test_an_address_is_in_a_network_or_not(address: str | None, network: str, inside: bool) -> None:
    assert in_network(address, network) is inside


def test_a_field_that_the_dataset_lacks_is_null(tmp_path: Path) -> None:
    day = Day(tmp_path / "dns" / "2026-11-23")
    day.add("s1-000001", batch("dns", {"dns.question.name": "a.example"}).table)
    reading = Reading()

    rows = reading.ask(day, 'SELECT "url.path" FROM {source}', [], {"url.path"}, "TRUE", [], [])
    reading.close()

    assert rows == [{"url.path": None}]
