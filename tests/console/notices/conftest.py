"""The office that tests of notices work in."""

from __future__ import annotations

import pytest

from tests.console.deskside import Table
from tests.console.noticeside import Bureau


@pytest.fixture
def bureau(table: Table) -> Bureau:
    return Bureau(table)
