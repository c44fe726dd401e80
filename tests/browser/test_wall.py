"""The big screen in a real browser: every figure a link, nothing clipped, and a thousand updates without growing."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Page
from sqlalchemy import delete, insert, select, update

from analytics.db import CHANGE, INCIDENT
from analytics.posture.tables import POSTURE_COUNT, POSTURE_MARK
from console.accounts.sessions import COOKIE, Origin, open_session
from console.app import create_app
from console.web.settings import WebSettings
from tests.console.deskside import Table, table_in
from tests.console.walldata import name, prefecture

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"
UPDATES = 1000
GRAVE = ("serious", "critical")
CLIPPED = """[...document.querySelectorAll('.canvas .sheet, .canvas .ticker, .canvas .figure b, .canvas .tile')]
.filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
.map((one) => one.id || one.textContent)"""
SMALL = """[...document.querySelectorAll('.wall :is(b, span, p, a, time, h1, h2, small)')]
.filter((one) => one.getClientRects().length && one.checkVisibility() && !one.closest('.menu, .skip')
&& parseFloat(getComputedStyle(one).fontSize) < 16.9).map((one) => one.textContent)"""


@dataclass
class Hall:
    """A desk served on loopback, and a page that is watched."""

    table: Table
    url: str
    page: Page
    outside: list[str]
    complaints: list[str]

    def open(self, path: str, width: int = 1920, height: int = 1080) -> Page:
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(self.url + path)
        wait(lambda: self.updates() > 0)
        return self.page

    def updates(self) -> int:
        return int(self.page.evaluate("Number(document.body.dataset.updates || 0)"))


@pytest.fixture(scope="module")
def hall(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    table = table_in(tmp_path_factory.mktemp("wall"))
    desk = replace(table.desk, clock=lambda: datetime.now(UTC))
    now = desk.clock()
    prefecture(desk.engine, now)
    account = table.account("lead", login="zhaxi")
    with desk.engine.begin() as connection:
        token = open_session(connection, account, now, Origin("127.0.0.1", "test"))
    app = create_app(desk, WebSettings(live_poll=0.01, wall_every=0.5, wall_least=0.0))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait(lambda: server.started)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    page = chromium.new_page(locale="zh-CN", timezone_id="Asia/Shanghai")
    page.set_default_timeout(30_000)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
    found = Hall(table, url, page, [], [])
    page.on("request", lambda request: asked(found, request))
    page.on("console", lambda said: found.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    yield found
    page.close()
    app.state.closing.set()
    server.should_exit = True
    thread.join(10)
    table.desk.engine.dispose()


def asked(hall: Hall, request: Any) -> None:
    parts = urlsplit(request.url)
    if parts.hostname not in ("127.0.0.1", None):
        hall.outside.append(request.url)
    if parts.path == "/csp-report":
        hall.complaints.append(request.post_data or request.url)


def wait(done: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.005)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (3840, 2160)])
def test_nothing_is_clipped_and_nothing_scrolls(hall: Hall, width: int, height: int) -> None:
    page = hall.open("/wall", width, height)

    assert page.evaluate(CLIPPED) == []
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height,
    ]


def test_it_can_be_read_from_five_metres_and_keeps_nobody_out(hall: Hall, tmp_path: Path) -> None:
    page = hall.open("/wall")
    assert page.evaluate(SMALL) == []
    for theme in ("dark", "light"):
        page.context.add_cookies([{"name": "theme", "value": theme, "url": hall.url}])
        hall.open("/wall")
        found = Axe().run(page).response["violations"]
        assert [one["help"] for one in found if one["impact"] in GRAVE] == [], theme
    page.context.add_cookies([{"name": "theme", "value": "system", "url": hall.url}])
    hall.open("/wall")
    folder = PICTURES if os.environ.get("GONGGA_PICTURES") else tmp_path
    page.screenshot(path=folder / "wall.png")


def test_every_figure_is_a_link_that_opens(hall: Hall) -> None:
    page = hall.open("/wall")
    links = page.evaluate("[...document.querySelectorAll('main [data-figure]')].map((one) => one.getAttribute('href'))")
    bare = page.evaluate(
        "[...document.querySelectorAll('main .figure, main .bar-row, main .tile, main .big, main .total:has(b)')]"
        ".filter((one) => one.tagName !== 'A').map((one) => one.textContent)"
    )

    assert bare == []
    assert len(links) > 45
    wrong = [href for href in sorted(set(links)) if page.request.get(hall.url + href).status != 200]
    assert wrong == []


def test_keys_choose_a_view_move_and_open_the_list(hall: Hall) -> None:
    page = hall.open("/wall")
    focused = "document.activeElement.dataset.figure"
    page.keyboard.press("5")
    assert page.evaluate(focused) == "incidents"
    page.keyboard.press("ArrowDown")
    assert str(page.evaluate(focused)).startswith("level-")
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    assert str(page.evaluate(focused)).startswith("tile-")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings*")


def test_without_scripts_the_first_snapshot_can_be_read(hall: Hall, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 1366, "height": 768})
    context.add_cookies(hall.page.context.cookies())
    page = context.new_page()
    page.goto(hall.url + "/wall")

    assert name(12) in page.locator("main").inner_text()
    context.close()


def test_a_change_is_on_the_screen_and_the_focus_stays(hall: Hall) -> None:
    page = hall.open("/wall")
    page.keyboard.press("5")
    with hall.table.desk.engine.begin() as connection:
        level = POSTURE_COUNT.c.measure == "incidents"
        connection.execute(update(POSTURE_COUNT).where(level).values(n=POSTURE_COUNT.c.n + 40))
        connection.execute(insert(CHANGE).values(at=datetime.now(UTC), topic="incident", ref="x"))
    wait(lambda: int(page.evaluate("document.querySelector('[data-figure=incidents] b').textContent")) >= 40)

    assert page.evaluate("document.activeElement.dataset.figure") == "incidents"


def test_a_thousand_updates_leave_heap_and_page_as_they_were(hall: Hall) -> None:
    page = hall.open("/wall")
    session = page.context.new_cdp_session(page)
    for number in range(60):
        push(hall, number)
    before = size(session)
    for number in range(UPDATES):
        push(hall, number)
    after = size(session)

    assert after[0] <= 1.1 * before[0], f"heap {before[0]} → {after[0]}"
    assert after[1] <= 1.1 * before[1], f"nodes {before[1]} → {after[1]}"


def push(hall: Hall, number: int) -> None:
    """One update through the records and the channel: a number, a title and the time of the count change."""
    seen = hall.updates()
    now = datetime.now(UTC)
    with hall.table.desk.engine.begin() as connection:
        connection.execute(update(POSTURE_COUNT).where(POSTURE_COUNT.c.measure == "findings").values(n=number % 90 + 1))
        first = select(INCIDENT.c.id).where(INCIDENT.c.state == "handling").limit(1).scalar_subquery()
        connection.execute(
            update(INCIDENT).where(INCIDENT.c.id == first).values(title=f"示例单位 {number}：首页被篡改")
        )
        connection.execute(update(POSTURE_MARK).values(at=now))
        connection.execute(delete(CHANGE))
        connection.execute(insert(CHANGE).values(at=now, topic="incident", ref=str(number)))
    wait(lambda: hall.updates() > seen)


def size(session: CDPSession) -> tuple[float, float]:
    """Bytes of heap and nodes after the garbage is gone."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return found["JSHeapUsedSize"], found["Nodes"]


def test_numbers_that_nobody_counts_any_more_turn_grey(hall: Hall) -> None:
    with hall.table.desk.engine.begin() as connection:
        connection.execute(update(POSTURE_MARK).values(at=datetime.now(UTC) - timedelta(minutes=5)))
        connection.execute(insert(CHANGE).values(at=datetime.now(UTC), topic="incident", ref="x"))
    page = hall.open("/wall")
    page.wait_for_selector("body.stale")

    assert re.search(r"数据已 5 分钟没有更新", page.locator("#age").inner_text())


def test_for_visitors_no_name_reaches_the_browser(hall: Hall) -> None:
    page = hall.open("/wall")
    page.click(".menu summary")
    page.click("text=开启来访模式")
    hall.open("/wall")

    assert "来访模式" in page.locator("#part-top").inner_text()
    assert not re.search(r"自然资源局|教育和体育局|203\.0\.113\.", page.locator("main").inner_html())


def test_the_screen_asked_nothing_of_others_and_nothing_was_refused(hall: Hall) -> None:
    assert (hall.outside, hall.complaints) == ([], [])
