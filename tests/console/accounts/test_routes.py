"""The pages around one's own account."""

from __future__ import annotations

import re

import pyotp
import pytest

from console.accounts.routes import local_path
from console.accounts.sessions import COOKIE
from console.accounts.use_cases import Grants, create_account, create_first_account
from tests.console.deskside import Table, csrf_of
from tests.factories import NOON

NEW = "tiger-peak-77"


def test_the_first_log_in_leads_to_a_new_password_and_then_to_the_workbench(table: Table) -> None:
    once = create_first_account(table.desk.engine, NOON)
    browser = table.browser()
    assert browser.post("/login", data={"login": "duty", "password": once, "next": "/health"}).status_code == 303
    assert browser.get("/health").headers["location"] == "/account/password"
    assert browser.get("/api/v1/health").status_code == 403
    before = browser.cookies[COOKIE]

    form = {"csrf": csrf_of(browser.get("/account/password").text), "current": once, "new": NEW, "again": NEW}
    assert browser.post("/account/password", data=form).headers["location"] == "/"

    assert browser.cookies[COOKIE] != before
    assert browser.get("/health").status_code == 200
    assert table.browser().post("/login", data={"login": "duty", "password": once}).status_code == 401


def test_a_bad_new_password_is_refused_in_words(table: Table) -> None:
    once = create_first_account(table.desk.engine, NOON)
    browser = table.browser()
    browser.post("/login", data={"login": "duty", "password": once})
    token = csrf_of(browser.get("/account/password").text)

    for current, new, again, words in (
        (once, NEW, NEW + "x", "两次输入的新口令不一致"),
        ("wrong", NEW, NEW, "现口令不正确"),
        (once, once, once, "新口令不能与现口令相同"),
        (once, "short", "short", "口令太短"),
    ):
        answer = browser.post("/account/password", data={"csrf": token, "current": current, "new": new, "again": again})
        assert answer.status_code == 422
        assert words in answer.text


def test_logging_in_gives_a_new_session_number_and_a_careful_cookie(table: Table) -> None:
    password = create_account(table.desk.engine, "dawa", "达瓦", Grants(frozenset({"lead"})), NOON, "machine")
    browser = table.browser()
    browser.cookies.set(COOKIE, "planted-by-somebody")

    answer = browser.post("/login", data={"login": "dawa", "password": password})

    cookie = answer.headers["set-cookie"]
    assert "planted" not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_wrong_password_says_so_and_keeps_the_name(table: Table) -> None:
    answer = table.browser().post("/login", data={"login": "dawa", "password": "wrong"})

    assert answer.status_code == 401
    assert "账号或口令不正确" in answer.text
    assert 'value="dawa"' in answer.text


def test_logging_out_ends_the_session(table: Table) -> None:
    seat = table.seat("lead")
    token = seat.cookies[COOKIE]
    seat.post("/logout")

    other = table.browser()
    other.cookies.set(COOKIE, token)

    assert other.get("/").status_code == 303


def test_one_session_can_end_another_of_the_same_person_only(table: Table) -> None:
    seat, stranger = table.seat("lead"), table.seat("analyst")
    mine = re.findall(r"/account/sessions/([0-9a-f]{64})/close", seat.get("/account").text)
    assert mine == []
    with table.desk.reads.begin() as connection:
        from console.accounts.tables import SESSION

        ids = {row.account_id: row.id_hash for row in connection.execute(SESSION.select())}

    assert seat.post(f"/account/sessions/{ids['ac-analyst']}/close").status_code == 404
    assert stranger.get("/").status_code == 200
    assert stranger.post(f"/account/sessions/{ids['ac-analyst']}/close").status_code == 303
    assert stranger.get("/").status_code == 303


def test_the_second_factor_is_switched_on_by_a_code_and_asked_for_afterwards(table: Table) -> None:
    once = create_first_account(table.desk.engine, NOON)
    browser = table.browser()
    browser.post("/login", data={"login": "duty", "password": once})
    form = {"csrf": csrf_of(browser.get("/account/password").text), "current": once, "new": NEW, "again": NEW}
    browser.post("/account/password", data=form)
    shown = browser.get("/account?totp=1").text
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', shown)
    assert secret
    code = pyotp.TOTP(secret[1]).at(table.clock())
    before = browser.cookies[COOKIE]

    assert browser.post("/account/totp", data={"csrf": csrf_of(shown), "secret": secret[1], "code": code}).is_redirect
    assert browser.cookies[COOKIE] != before

    fresh = table.browser()
    table.clock.pass_by(minutes=1)
    assert "动态口令" in fresh.post("/login", data={"login": "duty", "password": NEW}).text
    assert fresh.get("/").status_code == 303
    assert fresh.post("/login/code", data={"code": "000000"}).status_code == 401
    assert fresh.post("/login/code", data={"code": pyotp.TOTP(secret[1]).at(table.clock())}).status_code == 303
    assert fresh.get("/").status_code == 200


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb", ""])
def test_nobody_is_sent_elsewhere_after_logging_in(path: str) -> None:
    assert local_path(path) == "/"


def test_an_address_of_the_desk_is_kept() -> None:
    assert local_path("/alerts?level=high") == "/alerts?level=high"


def test_language_and_look_are_kept_in_cookies(table: Table) -> None:
    browser = table.browser()

    assert browser.post("/preferences", data={"language": "en", "back": "/login"}).headers["location"] == "/login"
    browser.post("/preferences", data={"theme": "dark"})
    page = browser.get("/login").text

    assert '<html lang="en" data-theme="dark">' in page
    assert "Log in" in page


def test_a_chosen_language_goes_with_the_account(table: Table) -> None:
    seat = table.seat("lead")
    seat.post("/preferences", data={"language": "en"})
    del seat.cookies["language"]

    assert "Workbench" in seat.get("/", headers={"accept-language": "zh-CN"}).text
