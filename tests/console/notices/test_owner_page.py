"""How far a unit's notice has come."""

from __future__ import annotations

from console.notices.lifecycle import OUT
from console.notices.owner_page import stage_of


def test_the_four_stages_grow_along_the_way() -> None:
    assert [stage_of(state) for state in ("issued", "received", "feedback", "retesting", "closed")] == [0, 1, 2, 2, 4]
    assert all(stage_of(state) < 4 for state in OUT)
