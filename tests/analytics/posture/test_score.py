"""The score is a sum that can be done again by hand."""

from __future__ import annotations

import pytest

from analytics.posture.score import load_scoring, risk_of, score_of, scoring_of

ROW = {"id": "a", "measure": "incidents", "facet": "3", "weight": 6, "most": 30, "zh": "较大", "en": "larger"}
WORDS = [{"from": 80, "id": "l4", "zh": "良", "en": "good"}, {"from": 0, "id": "l1", "zh": "危", "en": "critical"}]
TOLD = {"version": "t", "confidence": "A", "rows": [ROW], "words": WORDS, "tiles": WORDS}


def test_with_nothing_open_the_score_is_full_and_excellent() -> None:
    score = score_of({}, load_scoring())

    assert (score.value, score.word.zh) == (100, "优")


def test_the_score_is_a_hundred_less_what_is_open_and_no_row_costs_more_than_its_cap() -> None:
    scoring = scoring_of(TOLD)

    assert score_of({("incidents", "3"): 3}, scoring).value == 82
    assert score_of({("incidents", "3"): 300}, scoring).value == 70
    assert score_of({("incidents", "3"): 300}, scoring).word.zh == "危"


def test_risk_is_the_same_sum_without_caps() -> None:
    assert risk_of({("incidents", "3"): 300}, scoring_of(TOLD)) == 1800


def test_the_shipped_weights_say_that_they_are_ours() -> None:
    scoring = load_scoring()

    assert scoring.confidence == "A"
    assert [word.zh for word in scoring.words] == ["优", "良", "中", "差", "危"]


@pytest.mark.parametrize("change", [{"weight": 0}, {"weight": 40}, {"most": 101}])
def test_a_row_that_makes_no_sense_is_named(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"score\.yml, a: weight"):
        scoring_of({**TOLD, "rows": [ROW | change]})


def test_words_that_do_not_go_down_to_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="down to 0"):
        scoring_of({**TOLD, "words": WORDS[::-1]})
