"""The guard at every route."""

from __future__ import annotations

import pytest

from console.accounts.guard import permission_of, scope_of, viewer
from console.accounts.sessions import COOKIE
from tests.console.deskside import Table


def test_a_permission_that_nobody_defined_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match=r"unknown permission 'alerts\.delete'"):
        viewer("alerts.delete")


def test_a_guard_knows_its_permission() -> None:
    assert permission_of(viewer("alerts.read")) == "alerts.read"
    assert permission_of(print) is None


def test_scope_is_the_union_of_the_grants() -> None:
    assert scope_of([("lead", None, None)]) == (None, None)
    assert scope_of([("county", "513301", None), ("county", "513322", None)]) == (
        frozenset({"513301", "513322"}),
        frozenset(),
    )
    assert scope_of([("owner", None, "U-1")]) == (frozenset(), frozenset({"U-1"}))
    assert scope_of([]) == (frozenset(), frozenset())


def test_a_role_without_business_data_widens_no_scope() -> None:
    assert scope_of([("auditor", None, None), ("county", "513301", None)]) == (frozenset({"513301"}), frozenset())


def test_a_write_without_the_pages_token_is_refused(table: Table) -> None:
    seat = table.seat("lead")
    token = seat.headers.pop("x-csrf-token")

    assert seat.post("/logout").status_code == 403
    assert seat.post("/logout", data={"csrf": "guess"}).status_code == 403
    assert seat.post("/logout", headers={"x-csrf-token": token[:-1]}).status_code == 403
    assert seat.post("/logout", data={"csrf": token}).status_code == 303


def test_a_token_of_another_session_is_refused(table: Table) -> None:
    mine, other = table.seat("lead"), table.seat("analyst")

    answer = mine.post("/logout", headers={"x-csrf-token": other.headers["x-csrf-token"]})

    assert answer.status_code == 403
    assert "页面已过期" in answer.text


def test_working_keeps_a_session_alive_and_idling_ends_it(table: Table) -> None:
    seat = table.seat("lead")
    for _ in range(4):
        table.clock.pass_by(minutes=20)
        assert seat.get("/").status_code == 200

    table.clock.pass_by(minutes=30)

    assert seat.get("/").headers["location"] == "/login?next=%2F"


def test_a_page_that_asks_by_itself_does_not_keep_the_desk_logged_in(table: Table) -> None:
    seat = table.seat("lead")
    for _ in range(2):
        table.clock.pass_by(minutes=14)
        assert seat.get("/rail", headers={"x-passive": "1"}).status_code == 200

    table.clock.pass_by(minutes=2)

    assert seat.get("/rail", headers={"x-passive": "1"}).status_code == 303


def test_a_made_up_session_is_nobody(table: Table) -> None:
    browser = table.browser()
    for value in ("x", "x" * 5000, "%00"):
        browser.cookies.set(COOKIE, value)
        assert browser.get("/").status_code == 303
