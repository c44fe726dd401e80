"""The editor's, the commander's and the unit's part in a real browser, on real processes of a small platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from console.accounts.sessions import COOKIE
from tests.running import wait_for
from tests.second_half import PLAYBOOK, REASON, Story
from tests.small_platform import Small, small_platform
from tests.watching import WIDEST, Watched

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


@dataclass
class Hall:
    """The small platform with a watched browser for each person."""

    small: Small
    story: Story
    chromium: Browser
    pictures: Path
    seats: dict[str, Watched] = field(default_factory=dict)

    def seat(self, login: str) -> Watched:
        """The browser of somebody who is logged in already; made at first need."""
        if login not in self.seats:
            watched = self.open_browser(DESK)
            value = self.small.office.people[login].session(COOKIE)
            watched.page.context.add_cookies([{"name": COOKIE, "value": value, "url": self.small.platform.url}])
            self.seats[login] = watched
        return self.seats[login]

    def open_browser(self, size: dict[str, int]) -> Watched:
        context = self.chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(20_000)
        return Watched(page, self.small.platform)

    def looked_over(self, watched: Watched, name: str) -> None:
        """A picture; nobody is kept out, and nothing scrolls sideways, on this screen and on a phone."""
        watched.picture(name, self.pictures)
        assert watched.barriers() == []
        size = watched.page.viewport_size or DESK
        watched.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        wide = watched.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        assert not wide, watched.page.evaluate(WIDEST)
        watched.page.set_viewport_size(size)

    def wait(self, look: Callable[[], Any], what: str) -> Any:
        return wait_for(look, what, 30, self.small.platform.logs)


@pytest.fixture(scope="module")
def hall(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The desk after the analyst's part: the page was defaced, the incident is confirmed."""
    with small_platform(tmp_path_factory.mktemp("hall")) as small:
        story = Story(small.office)
        story.deface()
        story.confirm()
        made = Hall(small, story, chromium, tmp_path_factory.mktemp("pictures"))
        yield made
        for watched in made.seats.values():
            watched.page.context.close()


def test_the_editor_drafts_from_findings_and_edits(hall: Hall) -> None:
    desk = hall.seat("editor")
    desk.open("/findings")
    desk.page.locator("tr", has_text="/upload/").locator("input[name=findings]").check()
    hall.looked_over(desk, "findings-draft")
    desk.page.click("form#draft button")
    desk.page.wait_for_url("**/notices/no-*")
    hall.story.made["notice"] = desk.page.url.rsplit("/", 1)[1]
    hall.looked_over(desk, "notice-draft")

    desk.page.keyboard.press("e")
    desk.page.wait_for_url("**/edit")
    hall.looked_over(desk, "notice-edit")
    desk.page.fill("[name=advice]", "请立即关闭目录浏览，并清理 upload 目录。")
    desk.page.locator("form.split button.lead").click()
    desk.page.wait_for_url(f"**/notices/{hall.story.made['notice']}")

    assert hall.story.notice()["advice"].startswith("请立即关闭目录浏览")
    # Who wrote it is not asked to review it: the step is somebody else's.
    desk.page.keyboard.press("c")
    desk.page.wait_for_load_state()
    assert hall.story.notice()["state"] == "draft"


@pytest.mark.parametrize(("login", "state"), [("reviewer", "reviewed"), ("commander", "signed")])
def test_a_second_and_a_third_person_review_and_sign_by_one_key(hall: Hall, login: str, state: str) -> None:
    desk = hall.seat(login)
    desk.open(f"/notices/{hall.story.made['notice']}")
    hall.looked_over(desk, f"notice-{state}")
    desk.page.keyboard.press("c")

    hall.wait(lambda: hall.story.notice()["state"] == state, f"the notice {state}")


def test_the_editor_issues_and_sees_the_units_link_once(hall: Hall) -> None:
    desk = hall.seat("editor")
    desk.open(f"/notices/{hall.story.made['notice']}")
    desk.page.keyboard.press("c")
    desk.page.wait_for_selector("dd.mono.hash")
    hall.story.made["link"] = (desk.page.locator("dd.mono.hash").first.text_content() or "").strip()
    hall.looked_over(desk, "notice-issued")
    desk.open(f"/notices/{hall.story.made['notice']}")

    assert "/n/" in hall.story.made["link"]
    assert hall.story.made["link"] not in desk.page.content()


def test_the_unit_signs_reports_with_proof_and_asks_for_the_retest_on_a_phone(hall: Hall, tmp_path: Path) -> None:
    phone = hall.open_browser(PHONE)
    hall.seats["unit"] = phone
    page = phone.page
    page.goto(hall.story.made["link"])
    hall.looked_over(phone, "owner-sign")
    page.fill("[name=name]", "王强")
    page.fill("[name=phone]", "13000000001")
    page.locator("section.next button").first.click()
    page.wait_for_selector("[name=measures]")
    hall.looked_over(phone, "owner-report")

    hall.small.site.lists_files = hall.small.site.is_defaced = False
    proof = tmp_path / "mended.png"
    page.screenshot(path=proof)
    page.fill("[name=measures]", "已关闭目录浏览，清理目录。")
    page.fill("[name=finished]", "2026-11-28")
    page.set_input_files("[name=proof]", proof)
    page.locator("section.next button").first.click()
    page.wait_for_selector("section.next form[action$='/retest']")
    hall.looked_over(phone, "owner-retest")
    page.locator("section.next button").first.click()
    hall.wait(lambda: hall.story.notice()["state"] == "closed", "the notice closed by the re-test")
    page.goto(hall.story.made["link"])
    hall.looked_over(phone, "owner-closed")

    assert "已销号" in page.locator("section.next").inner_text()
    assert "mended.png" in page.locator("main").inner_text()


def test_the_commander_starts_the_response(hall: Hall) -> None:
    desk = hall.seat("commander")
    desk.open(f"/incidents/{hall.story.made['incident']}")
    form = desk.page.locator("#response form").first
    form.locator("[name=level]").select_option("3")
    form.locator("[name=reason]").fill(REASON)
    hall.looked_over(desk, "response-start")
    form.locator("button[value=start]").click()

    hall.wait(lambda: hall.story.ask("lead", f"{hall.story.place}/response")["level"] == 3, "the level")
    desk.open(f"/incidents/{hall.story.made['incident']}")
    hall.looked_over(desk, "response-calls")


def test_the_commander_decides_an_approval_of_the_playbook(hall: Hall) -> None:
    story, desk = hall.story, hall.seat("commander")
    story.start_playbook()

    def approval() -> bool:
        run = story.ask("analyst", f"/api/v1/runs/{story.made['run']}")
        for step in run["steps"]:
            if step["state"] == "waiting" and not step["approval"]:
                story.do_step(run["id"], step)
        return any(step["state"] == "waiting" and step["approval"] for step in run["steps"])

    assert PLAYBOOK in story.ask("analyst", f"/api/v1/runs/{story.made['run']}")["playbook"]["id"]
    hall.wait(approval, "the approval")
    desk.open(f"/incidents/{story.made['incident']}")
    desk.page.wait_for_selector("button[name=approve][value=yes]")
    hall.looked_over(desk, "approval")
    form = desk.page.locator("form", has=desk.page.locator("button[name=approve]")).first
    form.locator("[name=reason]").fill("同意下线，先止损")
    form.locator("button[value=yes]").click()

    def decided() -> bool:
        run = story.ask("analyst", f"/api/v1/runs/{story.made['run']}")
        return any(one["by"] == "commander" for step in run["steps"] for one in step["approvals"])

    hall.wait(decided, "the decision")


def test_the_commander_gives_the_second_release_and_the_receipts_come(hall: Hall) -> None:
    story, desk = hall.story, hall.seat("commander")
    story.work_playbook()
    story.draft_report()
    story.release_once()
    desk.open(f"/province/reports/{story.made['report']}")
    hall.looked_over(desk, "report-release")
    desk.page.locator("section.next [name=reason]").first.fill("同意上报")
    desk.page.locator("section.next button.lead").click()
    hall.wait(lambda: story.report()["state"] == "accepted", "the business receipt")
    desk.open(f"/province/reports/{story.made['report']}")
    hall.looked_over(desk, "report-receipts")

    assert "SC-" in desk.page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("name", "path"), [("notices", "/notices?state=all"), ("province", "/province"), ("runs", "/response")]
)
def test_the_lists_keep_nobody_out(hall: Hall, name: str, path: str) -> None:
    desk = hall.seat("commander")
    desk.open(path)
    desk.page.wait_for_selector("main")
    hall.looked_over(desk, name)


def test_no_request_left_the_machine_and_no_policy_was_broken(hall: Hall) -> None:
    assert {login: watched.outside for login, watched in hall.seats.items() if watched.outside} == {}
    assert {login: watched.complaints for login, watched in hall.seats.items() if watched.complaints} == {}
