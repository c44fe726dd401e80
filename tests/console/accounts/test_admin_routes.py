"""The page of accounts."""

from __future__ import annotations

import re

from console.accounts.admin_routes import words
from tests.console.deskside import Table


def test_an_administrator_makes_an_account_and_sees_its_password_once(table: Table) -> None:
    seat = table.seat("administrator")

    answer = seat.post("/accounts", data={"login": "dawa", "name": "达瓦", "roles": ["county"], "counties": "513301"})

    password = re.search(r'class="handed">([^<]+)<', answer.text)
    assert password
    assert password[1] not in seat.get("/accounts").text
    browser = table.browser()
    assert browser.post("/login", data={"login": "dawa", "password": password[1]}).status_code == 303


def test_a_mistake_is_said_on_the_page(table: Table) -> None:
    answer = table.seat("administrator").post("/accounts", data={"login": "x", "name": "甲", "roles": ["lead"]})

    assert answer.status_code == 422
    assert "账号须为" in answer.text


def test_reset_grants_and_closing_work_from_the_page(table: Table) -> None:
    seat = table.seat("administrator")
    person = table.seat("analyst", login="dawa")

    assert seat.post("/accounts/dawa/grants", data={"roles": ["owner"], "units": "U-1"}).status_code == 200
    assert person.get("/health").status_code == 403
    assert 'class="handed"' in seat.post("/accounts/dawa/reset").text
    assert seat.post("/accounts/dawa/active", data={"active": "false"}).status_code == 200
    assert "已停用" in seat.get("/accounts").text
    assert seat.post("/accounts/nobody/reset").status_code == 422


def test_the_api_makes_accounts_too_and_refuses_a_wrong_body_in_one_sentence(table: Table) -> None:
    seat = table.seat("administrator")

    made = seat.post("/api/v1/accounts", json={"login": "dawa", "name": "达瓦", "roles": ["analyst"]})
    wrong = seat.post("/api/v1/accounts", json={"login": 7, "name": "达瓦", "roles": ["analyst"]})
    twice = seat.post("/api/v1/accounts", json={"login": "dawa", "name": "达瓦", "roles": ["analyst"]})

    assert made.status_code == 201
    assert (wrong.status_code, wrong.json()) == (422, {"detail": "body.login: Input should be a valid string."})
    assert (twice.status_code, twice.json()) == (422, {"detail": "The account exists already"})
    assert [line["login"] for line in seat.get("/api/v1/accounts").json()] == ["administrator", "dawa"]


def test_the_api_does_what_the_page_does(table: Table) -> None:
    seat = table.seat("administrator")
    person = table.seat("analyst", login="dawa")

    assert seat.put("/api/v1/accounts/dawa/grants", json={"roles": ["auditor"]}).status_code == 204
    assert person.get("/audit").status_code == 200
    assert len(seat.post("/api/v1/accounts/dawa/reset").json()["password"]) == 19
    assert seat.put("/api/v1/accounts/dawa/active", json={"active": False}).status_code == 204
    assert seat.get("/api/v1/accounts").json()[1]["active"] is False
    assert seat.put("/api/v1/accounts/nobody/active", json={"active": False}).json() == {
        "detail": "There is no such account"
    }


def test_words_are_split_however_they_are_written() -> None:
    assert words(" 513301，513322、 513323,x ") == {"513301", "513322", "513323", "x"}
