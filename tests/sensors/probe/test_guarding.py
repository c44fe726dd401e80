"""A guard's refusal is told from the site's own answer."""

from __future__ import annotations

from sensors.probe.guarding import guard_reason
from sensors.probe.vocabulary import shipped

GUARD = shipped().guard


def test_statuses_of_guards_are_always_theirs() -> None:
    assert "429" in (guard_reason(429, "", GUARD) or "")


def test_a_plain_refusal_or_a_long_page_is_the_sites_own() -> None:
    assert guard_reason(403, "Forbidden by directory settings", GUARD) is None
    assert guard_reason(404, "nothing", GUARD) is None
    assert guard_reason(403, "x" * 20_000, GUARD) is None


def test_a_refusal_in_a_guards_words_is_blocked() -> None:
    words = [word for _, word in GUARD._words]

    assert guard_reason(403, f"<h1>{words[0]}</h1>", GUARD)
    assert guard_reason(200, f"新闻：{words[0]}", GUARD) is None
