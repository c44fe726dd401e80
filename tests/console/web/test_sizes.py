"""How sizes are said."""

from __future__ import annotations

import pytest

from console.web.sizes import size_words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (20480, "20 KB"), (1536, "1.5 KB"), (83_423_000_000, "77.7 GB"), (5 * 1024**5, "5120.0 TB")],
)
def test_bytes_are_said_in_the_unit_that_reads_best(count: int, words: str) -> None:
    assert size_words(count) == words
