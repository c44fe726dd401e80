"""Two parties on one link."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.province.linkside import Side, two_sides


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    ours, theirs = two_sides(tmp_path)
    # One clock for both, unless a test moves one of them.
    theirs.clock = theirs.table.clock = ours.clock
    yield ours, theirs
    ours.engine.dispose()
    theirs.engine.dispose()
