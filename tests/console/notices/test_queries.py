"""What pages ask for."""

from __future__ import annotations

from console.notices.lifecycle import MOVES
from console.notices.queries import GROUPS, Filter, of_units
from tests.console.deskside import Table


def test_every_state_stands_on_the_board() -> None:
    assert sorted(state for states in GROUPS.values() for state in states) == sorted(MOVES)


def test_an_address_carries_only_what_is_not_plain() -> None:
    assert Filter(text="x").address(state="overdue") == {"state": "overdue", "q": "x"}


def test_without_units_there_are_no_notices(table: Table) -> None:
    with table.desk.reads.begin() as connection:
        assert of_units(connection, None) == []
        assert of_units(connection, frozenset()) == []
