from __future__ import annotations

from datetime import UTC, datetime

from analytics.correlation.incident import AT_REST, MOVES, clock_text, next_id, year_of


def test_numbers_run_within_the_year_of_kangding() -> None:
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    assert year_of(new_year) == 2027
    assert next_id([], new_year) == "2027-0001"
    assert next_id(["2027-0001", "2027-0146", "2026-0999"], new_year) == "2027-0147"
    assert next_id(["2027-9999"], new_year) == "2027-10000"


def test_times_are_told_as_people_in_kangding_read_them() -> None:
    assert clock_text(datetime(2026, 11, 23, 18, 36, 5, tzinfo=UTC)) == "11-24 02:36:05"


def test_every_state_that_a_move_leads_to_is_in_the_table() -> None:
    assert {to for targets in MOVES.values() for to in targets} <= set(MOVES)
    assert set(MOVES) >= AT_REST
