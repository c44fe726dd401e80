"""A page as a reader and as a machine sees it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.probe.look import look_at, shingles
from tests.probe_values import home

URL = "http://www.x.gov.cn/"


def test_a_page_shows_title_text_links_and_scripts() -> None:
    look = look_at(home() + '<script src="//cdn.example/a.js"></script>', URL)

    assert look.title == "示例县人民政府"
    assert "全县经济工作会议" in look.text
    assert look.script_hosts == {"cdn.example"}
    assert {link.href for link in look.links} >= {"/a", "/b"}


def test_links_in_what_is_hidden_are_hidden() -> None:
    hidden = '<div style="display:none"><p><a href="http://bad.example">x</a></p></div>'
    by_sheet = '<style>.z{position:absolute;left:-9999px}</style><div class="z"><a href="http://c.example">y</a></div>'
    links = {
        link.host: link.hidden for link in look_at(f"<html><body>{hidden}{by_sheet}<a href='/ok'>z</a>", URL).links
    }

    assert links["bad.example"]
    assert links["c.example"]
    assert links["www.x.gov.cn"] is None


def test_a_page_nested_without_end_is_read() -> None:
    assert look_at("<div>" * 50_000 + "deep", URL).text is not None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_page_breaks_it(text: str) -> None:
    look_at(text, URL)
    look_at(f"<a href='{text}' style='{text}'>{text}</a><style>{text}</style><script>{text}</script>", URL)


def test_shingles_ignore_white_space() -> None:
    assert shingles("ab cd e") == shingles("abcde")
