"""What waits for a viewer in other features."""

from __future__ import annotations

import pytest

from console.desk import todo as module
from console.desk.todo import Todo, todo
from tests.console.deskside import Table
from tests.factories import at


def test_what_ends_first_stands_in_front(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    late, soon, whenever = Todo("晚", "late", "/a", at(60)), Todo("早", "soon", "/b", at(5)), Todo("随时", "open", "/c")
    monkeypatch.setattr(module, "ASKED", (lambda *_: [whenever, late], lambda *_: [soon]))

    with table.desk.reads.begin() as connection:
        assert todo(connection, None, at(0)) == [soon, late, whenever]  # type: ignore[arg-type]
