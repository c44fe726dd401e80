"""Words are found however they are dressed."""

from __future__ import annotations

import pytest

from sensors.probe.vocabulary import Vocabulary, plain, shipped, words_of

WORDS = Vocabulary({"g": ("澳门葡京", "Slot Gacor")})


@pytest.mark.parametrize("text", ["澳门葡京", "澳 门\u200b葡.京", "澳-门-葡-京", "ＳＬＯＴ　ＧＡＣＯＲ", "slot·gacor"])
def test_width_case_and_filling_do_not_hide_a_word(text: str) -> None:
    assert WORDS.find(f"前{text}后")["g"]


def test_what_is_not_there_is_not_found() -> None:
    assert WORDS.find("澳门旅游") == {}
    assert plain("Ａ b") == "ab" or plain("Ａ b") == "a b"


def test_the_shipped_words_load_and_a_list_that_lacks_one_is_named() -> None:
    assert shipped().promotion.find("在线澳门葡京")
    with pytest.raises(ValueError, match="guard"):
        words_of("promotion: {}\ndefacement: {}\n")
