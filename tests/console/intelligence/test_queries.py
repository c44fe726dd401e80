"""What the pages show."""

from __future__ import annotations

from console.intelligence.queries import STATE_WORDS, Filter, shown
from console.intelligence.reasons import reasons


def test_an_address_carries_what_differs_from_the_plain_list() -> None:
    assert Filter().address() == {}
    assert Filter(text="x", skip=50).address(state="hit") == {"state": "hit", "q": "x", "skip": 50}


def test_a_name_in_other_letters_is_shown_as_people_see_it() -> None:
    assert shown("xn--fsqu00a.test/x") == "例子.test"
    assert shown("plain.test") == ""
    assert shown("xn--999999999.test") == ""


def test_every_state_has_a_word() -> None:
    assert set(STATE_WORDS) == {"watched", "expired", "unwatched", "ignored", "stopped", "revoked"}
    assert "said" in reasons()
