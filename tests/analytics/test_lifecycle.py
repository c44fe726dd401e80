from __future__ import annotations

from analytics.lifecycle import IllegalMove, Stale, Unknown


def test_each_refusal_says_what_and_why_in_one_sentence() -> None:
    assert str(IllegalMove("alert al-1", "new", "merged")) == "alert al-1 is 'new'; it cannot become 'merged'"
    assert str(Stale("alert al-1")) == "alert al-1 was changed meanwhile; look at it again"
    assert str(Unknown("alert al-1")) == "there is no alert al-1"
