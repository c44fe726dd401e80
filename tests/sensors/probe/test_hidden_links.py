"""Hidden links are told by combination and change."""

from __future__ import annotations

from sensors.probe.hidden_links import hidden_links
from sensors.probe.look import look_at
from sensors.probe.vocabulary import shipped
from tests.probe_values import home

URL = "http://www.x.gov.cn/"
WORDS = shipped().promotion
BAD = '<div style="display:none"><a href="http://bad.example/">澳门葡京</a></div>'


def judge(html: str, known: frozenset[str] | None = None) -> tuple[bool, bool]:
    found = hidden_links(look_at(html, URL), ["www.x.gov.cn"], known, WORDS)
    return found.alert, found.review


def test_a_hidden_link_with_a_word_of_the_trade_is_certain() -> None:
    assert judge(home().replace("</main>", f"{BAD}</main>")) == (True, False)


def test_an_ordinary_page_is_clean() -> None:
    assert judge(home()) == (False, False)


def test_a_hidden_menu_of_the_site_itself_is_nothing() -> None:
    menu = '<ul style="display:none"><li><a href="/c">栏目</a></li></ul>'

    assert judge(home().replace("</main>", f"{menu}</main>")) == (False, False)


def test_the_reasons_name_the_place() -> None:
    found = hidden_links(look_at(BAD, URL), ["www.x.gov.cn"], frozenset(), WORDS)

    assert "bad.example" in found.why[0]
    assert found.hidden_hosts == ("bad.example",)
