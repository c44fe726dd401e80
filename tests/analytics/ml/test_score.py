"""How unusual a request is, and why."""

from __future__ import annotations

import pytest

from analytics.ml.learn import LearningSettings, learn
from analytics.ml.profile import Profile
from analytics.ml.request import read_request
from analytics.ml.score import surprise
from tests.analytics.ml.traffic import table


@pytest.fixture(scope="module")
def profile() -> Profile:
    learned = learn("kd-003", [table()], LearningSettings())
    assert isinstance(learned, Profile)
    return learned


@pytest.mark.parametrize(
    ("path", "query"),
    [("/list.jsp", "id=7&page=3"), ("/search.jsp", "q=公告"), ("/upload/2026/777.png", None), ("/new.html", "a=1")],
)
def test_what_is_usual_or_merely_a_new_page_stays_under_the_line(
    profile: Profile, path: str, query: str | None
) -> None:
    assert surprise(profile, read_request("GET", path, query, None)).score < profile.threshold


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/list.jsp", "id=7'+union+select+1,2--&page=3", "从未有过的字符"),
        ("/list.jsp", "id=" + "9" * 400 + "&page=3", "长度 400，此前为 1–2"),
        ("/search.jsp", "q=<script>alert(1)</script>", "从未有过的字符"),
        ("/list.jsp", "id=7&page=3&cmd=;id|sh", "参数 cmd 在该路径从未出现"),
        ("/upload/2026/x.jsp", None, "从未有过脚本"),
    ],
)
def test_what_is_unlike_the_site_is_over_the_line_and_says_why(
    profile: Profile, path: str, query: str | None, words: str
) -> None:
    odd = surprise(profile, read_request("GET", path, query, None))

    assert odd.score >= profile.threshold
    assert any(words in why.text for why in odd.why)
    assert [why.weight for why in odd.why] == sorted((why.weight for why in odd.why), reverse=True)


def test_reasons_have_words_in_both_languages(profile: Profile) -> None:
    odd = surprise(profile, read_request("DELETE", "/list.jsp", "id=x'&page=99&new=1", None))

    assert all(why.text and why.text_en for why in odd.why)
