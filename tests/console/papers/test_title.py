from __future__ import annotations

import pytest

from console.papers.title import title_lines
from console.papers.wording import words


@pytest.mark.parametrize(
    "title",
    [
        "关于甘孜州教育和体育局所属网站存在网络安全隐患的通报",
        "关于督促康定市人民政府办公室限期整改网络安全隐患的函",
        "关于石渠县人民政府办公室“石渠县人民政府门户网站”网络安全事件的处置总结报告",
        "关于防范 CVE-2026-12345 漏洞和〔2026〕3号通报所列问题的提示",
    ],
)
def test_a_title_is_broken_by_sense(title: str) -> None:
    lines = title_lines(title, 19)

    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert max(map(len, lines)) <= 30
    for word in ("网络安全", "人民政府", "CVE-2026-12345", "〔2026〕"):
        assert (word in title) == any(word in line for line in lines)
    assert not any(line[0] in "的，、”》）" for line in lines)


def test_a_short_title_stays_on_one_line() -> None:
    assert title_lines("责令限期整改通知书", 19) == ("责令限期整改通知书",)


def test_a_title_that_cannot_be_broken_by_sense_is_cut() -> None:
    lines = title_lines("A" * 100, 19)

    assert "".join(lines) == "A" * 100
    assert len(lines) > 1


def test_the_words_of_the_list_are_no_longer_than_a_line() -> None:
    assert max(map(len, words()["unbroken"])) <= 8
