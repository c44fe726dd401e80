"""An analyst's first evening, by keyboard, in a real browser on the real platform."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from lab.story import VICTIM
from tests.running import Platform, wait_for
from tests.watching import PASSWORD, WIDEST, Watched

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(chromium: Browser, lab_platform: Platform) -> Iterator[Watched]:
    """The desk after the first log-in by keyboard; the story is told first."""
    wait_for(lambda: story(lab_platform), "the incident", 240, lab_platform.logs)
    page = chromium.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai")
    page.set_default_timeout(20_000)
    watched = Watched(page, lab_platform)
    watched.open("/login")
    page.fill("[name=login]", lab_platform.login)
    page.fill("[name=password]", lab_platform.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=current]")
    for name, value in (("current", lab_platform.password), ("new", PASSWORD), ("again", PASSWORD)):
        page.fill(f"[name={name}]", value)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=current]", state="detached")
    yield watched
    page.close()


def story(platform: Platform) -> str | None:
    """The id of the victim's incident once it has most of its members."""
    rows = platform.rows(
        "select incident.id from incident join incident_member m on m.incident_id = incident.id "
        "where site_id = ? and class_code = '02.09' group by incident.id having count(*) >= 5",
        VICTIM,
    )
    return str(rows[0]["id"]) if rows else None


def judged(platform: Platform) -> int:
    return int(platform.rows("select count(*) as n from alert where status not in ('new', 'acknowledged')")[0]["n"])


def test_the_password_of_the_first_log_in_no_longer_opens_anything(desk: Watched, chromium: Browser) -> None:
    other = chromium.new_page()
    other.goto(desk.platform.url + "/login")
    other.fill("[name=login]", desk.platform.login)
    other.fill("[name=password]", desk.platform.password)
    other.keyboard.press("Enter")
    other.wait_for_load_state()

    assert urlsplit(other.url).path == "/login"
    other.close()


def test_the_incident_is_opened_by_keyboard_and_says_why(desk: Watched, tmp_path: Path) -> None:
    page = desk.page
    number = story(desk.platform)
    desk.open("/incidents")
    for _ in range(page.locator("[data-row]").count()):
        page.keyboard.press("j")
        if number in (page.locator("[data-row][aria-selected=true]").text_content() or ""):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{number}")
    text = page.locator("main").inner_text()

    assert "网页篡改" in page.content()
    assert "首页" in text
    assert "/upload/" in text
    desk.picture("incident", tmp_path)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("workbench", "/"),
        ("findings", "/findings"),
        ("sites", "/sites"),
        ("site", f"/sites/{VICTIM}"),
        ("search", "/search?q=url.path%3A*x.jsp"),
        ("health", "/health"),
        ("alerts", "/alerts"),
    ],
)
def test_a_page_keeps_nobody_out(desk: Watched, tmp_path: Path, name: str, path: str) -> None:
    desk.open(path)
    desk.page.wait_for_selector("main")
    desk.picture(name, tmp_path)

    assert desk.page.locator("h1").inner_text()
    assert desk.barriers() == []


def test_the_pages_can_be_read_on_a_phone(desk: Watched, tmp_path: Path) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 844})
    wide = []
    for path in ("/", "/alerts", f"/incidents/{story(desk.platform)}", "/findings", "/sites"):
        desk.open(path)
        if desk.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wide.append((path, desk.page.evaluate(WIDEST)))
    desk.picture("phone", tmp_path)
    desk.page.set_viewport_size({"width": 1366, "height": 768})

    assert wide == []


def test_five_alerts_are_judged_without_touching_the_mouse(desk: Watched, tmp_path: Path) -> None:
    page = desk.page
    desk.open("/alerts?group=none")
    before = judged(desk.platform)
    for number, keys in enumerate(("t", "b", "f1", "t", "f2")):
        page.wait_for_selector("[data-row]")
        page.keyboard.press("j")
        page.wait_for_selector("#pane h2")
        for key in keys:
            page.keyboard.press(key)
        wait_for(lambda n=number: judged(desk.platform) == before + n + 1, f"verdict {number + 1}", 20)
        page.wait_for_selector("#done form")
        if number == 2:
            desk.picture("verdicts", tmp_path)
        desk.open("/alerts?group=none")

    assert judged(desk.platform) == before + 5


def test_a_verdict_is_taken_back_by_one_key(desk: Watched) -> None:
    page = desk.page
    desk.open("/alerts?group=none")
    before = judged(desk.platform)
    page.keyboard.press("j")
    page.keyboard.press("t")
    wait_for(lambda: judged(desk.platform) == before + 1, "the verdict", 20)
    page.wait_for_selector("#done form")
    page.keyboard.press("u")

    wait_for(lambda: judged(desk.platform) == before, "the verdict taken back", 20)


def test_the_keys_are_explained_and_english_is_there(desk: Watched) -> None:
    page = desk.page
    desk.open("/")
    page.keyboard.press("?")

    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")


def test_no_request_left_the_machine_and_no_policy_was_broken(desk: Watched) -> None:
    desk.open("/alerts")

    assert desk.outside == []
    assert desk.complaints == []
