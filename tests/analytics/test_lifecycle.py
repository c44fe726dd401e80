from __future__ import annotations

from analytics.lifecycle import IllegalMove, Stale, Unfit, Unknown


def test_each_refusal_says_what_and_why_in_one_sentence() -> None:
    assert str(IllegalMove("alert al-1", "new", "merged")) == "alert al-1 is 'new'; it cannot become 'merged'"
    assert str(Stale("alert al-1")) == "alert al-1 was changed meanwhile; look at it again"
    assert str(Unknown("alert al-1")) == "there is no alert al-1"


def test_what_does_not_fit_is_said_to_people_and_to_programs() -> None:
    refused = Unfit("请写明理由", "say why")
    assert (str(refused), refused.zh) == ("say why", "请写明理由")
    assert IllegalMove("alert al-1", "new", "merged").zh == "当前状态下不能这样办理，可能已由他人办理"
