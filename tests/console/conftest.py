"""The desk that console tests sit at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.deskside import Table, table_in


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    found = table_in(tmp_path)
    yield found
    found.desk.engine.dispose()
