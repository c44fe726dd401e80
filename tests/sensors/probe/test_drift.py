"""A replaced page is told by two witnesses; an edited one is not."""

from __future__ import annotations

from sensors.probe.baseline import page_baseline
from sensors.probe.drift import drift
from sensors.probe.look import look_at
from sensors.probe.vocabulary import shipped
from tests.probe_values import TEXT, home

URL = "http://www.x.gov.cn/"
WORDS = shipped()
BASE = page_baseline(look_at(home(), URL), WORDS)


def test_the_same_page_has_not_moved() -> None:
    same = drift(BASE, look_at(home(), URL), WORDS)

    assert (same.text_kept, same.structure_distance, same.replaced) == (1.0, 0.0, False)


def test_new_news_do_not_make_a_replaced_page() -> None:
    news = home(TEXT[: len(TEXT) // 2] + "今日新增一条重要新闻，记者从县政府获悉。" * 9)

    assert not drift(BASE, look_at(news, URL), WORDS).replaced


def test_a_defaced_page_is_replaced_and_says_why() -> None:
    moved = drift(BASE, look_at("<html><title>Hacked</title><body><h1>Hacked by nobody</h1></body></html>", URL), WORDS)

    assert moved.replaced
    assert len(moved.why()) >= 2
    assert moved.facts()["gongga.page.text_kept"] < 0.1


def test_a_new_host_of_scripts_is_named() -> None:
    moved = drift(BASE, look_at(home() + "<script src='http://m.example/x.js'></script>", URL), WORDS)

    assert moved.new_script_hosts == ("m.example",)
