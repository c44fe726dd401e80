"""Two languages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from console.web.i18n import language_of, translator


def ask(cookie: str | None = None, accept: str = "") -> object:
    return SimpleNamespace(cookies={"language": cookie} if cookie else {}, headers={"accept-language": accept})


@pytest.mark.parametrize(
    ("chosen", "cookie", "accept", "language"),
    [
        ("en", "zh", "zh-CN", "en"),
        (None, "en", "zh-CN", "en"),
        (None, None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        (None, None, "zh-CN,zh;q=0.9", "zh"),
        (None, "xx", "bo", "zh"),
        (None, None, "", "zh"),
    ],
)
def test_the_account_goes_before_the_cookie_before_the_browser(
    chosen: str | None, cookie: str | None, accept: str, language: str
) -> None:
    assert language_of(ask(cookie, accept), chosen) == language  # type: ignore[arg-type]


def test_english_comes_from_the_catalogue_with_its_values_filled_in() -> None:
    assert translator("en")("工作台") == "Workbench"
    assert translator("en")("共 %(n)d 条", n=3) == "3 in all"
    assert translator("zh")("共 %(n)d 条", n=3) == "共 3 条"


def test_a_text_without_translation_stays_chinese() -> None:
    assert translator("en")("从未见过的话") == "从未见过的话"
