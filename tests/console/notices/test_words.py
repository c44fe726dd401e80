"""Every state and act has its word."""

from __future__ import annotations

from console.notices import words
from console.notices.kinds import CLOCKS, SEVERITIES, UNITS
from console.notices.lifecycle import MOVES, NEEDS, PRESSURE


def test_nothing_is_shown_as_its_key() -> None:
    assert set(words.STATES) == set(MOVES)
    assert set(words.PRESSURE) == set(PRESSURE) - {"none"}
    assert set(words.MOVE_BUTTONS) == set(NEEDS)
    assert set(words.CLOCKS) == set(CLOCKS)
    assert set(words.UNITS) == set(UNITS)
    assert set(words.SEVERITIES) == set(SEVERITIES)
    assert words.pressure_word("none") == ""
    assert words.state_word("issued") == "待签收"
