"""The tables of a notice's life."""

from __future__ import annotations

import pytest

from analytics.lifecycle import IllegalMove
from console.notices.lifecycle import (
    EXTENSION,
    INSIDE,
    MOVES,
    NEEDS,
    OUT,
    OVER,
    PRESSURE,
    WITH_UNIT,
    extended,
    moved,
    pressed,
)


@pytest.mark.parametrize("table", [MOVES, PRESSURE, EXTENSION])
def test_every_move_leads_to_a_state_of_the_table(table: dict[str, frozenset[str]]) -> None:
    assert {to for targets in table.values() for to in targets} <= set(table)


def test_from_a_draft_every_state_is_reached_and_only_withdrawal_is_final() -> None:
    reached, waiting = {"draft"}, ["draft"]
    while waiting:
        for to in MOVES[waiting.pop()] - reached:
            reached.add(to)
            waiting.append(to)

    assert reached == set(MOVES)
    assert [state for state, targets in MOVES.items() if not targets] == ["withdrawn"]


def test_nothing_is_issued_unsigned_and_nothing_closes_from_inside_the_office() -> None:
    assert [state for state, targets in MOVES.items() if "issued" in targets] == ["signed", "suspended"]
    assert not any("closed" in MOVES[state] for state in INSIDE)


def test_pressure_grows_step_by_step() -> None:
    assert pressed("no-1", pressed("no-1", "overdue", "urged"), "supervised") == "supervised"
    with pytest.raises(IllegalMove):
        pressed("no-1", "none", "escalated")


def test_what_the_tables_do_not_know_is_refused() -> None:
    with pytest.raises(IllegalMove, match="notice no-1 is 'draft'; it cannot become 'issued'"):
        moved("no-1", "draft", "issued")
    with pytest.raises(IllegalMove):
        extended("no-1", "none", "granted")


def test_the_groups_part_the_states() -> None:
    assert set(MOVES) == INSIDE | OUT | OVER
    assert WITH_UNIT < OUT
    assert set(NEEDS) - {"resumed"} <= set(MOVES) | set(PRESSURE) | set(EXTENSION)
