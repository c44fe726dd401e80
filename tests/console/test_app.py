"""The application as a whole: who gets where, and what every answer carries."""

from __future__ import annotations

import pytest

from tests.console.deskside import Table


@pytest.mark.parametrize("path", ["/", "/account"])
def test_every_logged_in_role_opens_its_pages(table: Table, path: str) -> None:
    assert table.seat("lead").get(path).status_code == 200
