"""What pages work on."""

from __future__ import annotations

from types import SimpleNamespace

from console.web.desk import desk
from tests.console.deskside import Table


def test_a_request_finds_the_desk_of_its_application(table: Table) -> None:
    request = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(desk=table.desk)))

    assert desk(request) is table.desk  # type: ignore[arg-type]
