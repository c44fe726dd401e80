"""The application as a whole: who gets where, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from console.accounts.guard import CHANGE, permission_of
from console.accounts.permissions import ROLES, SELF, allowed
from console.app import ROUTERS
from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table, two_counties
from tests.factories import at

# Open to everybody: how one gets in, what browsers load, and what proves itself by a token.
OPEN = {
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/login/code"),
    ("POST", "/preferences"),
    ("GET", "/static/{digest}/{name:path}"),
    ("GET", "/alive"),
    ("POST", "/csp-report"),
    ("POST", "/ingest/segments"),
    # The one-time link of a call.
    ("GET", "/a/{token}"),
    ("POST", "/a/{token}"),
    ("POST", "/link/messages"),
    *(("GET", f"/taxii2/{path}") for path in ("", "root/", "root/collections/", "root/status/{status_id}/")),
    *(("GET", f"/taxii2/root/collections/{{collection}}/{path}") for path in ("", "manifest/", "objects/")),
    ("GET", "/taxii2/root/collections/{collection}/objects/{object_id}/"),
    ("GET", "/taxii2/root/collections/{collection}/objects/{object_id}/versions/"),
    ("POST", "/taxii2/root/collections/{collection}/objects/"),
    # a one-time link proves itself by its token
    ("GET", "/n/{token}"),
    ("GET", "/n/{token}/pdf"),
    ("GET", "/wall/kiosk/{token}"),
    *(("POST", f"/n/{{token}}/{what}") for what in ("sign", "begin", "ask", "feedback", "retest", "extension")),
}


def routes() -> Iterator[tuple[str, APIRoute]]:
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            yield from ((method, route) for method in sorted(route.methods))


def permissions(dependant: Dependant) -> list[str]:
    found = [name] if (name := permission_of(dependant.call)) else []
    return found + [name for inner in dependant.dependencies for name in permissions(inner)]


GUARDED = [(method, route.path, permissions(route.dependant)) for method, route in routes()]
# They answer until the server or the session ends.
STREAMS = {"/live", "/wall/live"}
PLAIN = [
    (method, path, names[0])
    for method, path, names in GUARDED
    if names and names[0] not in (SELF, CHANGE) and method == "GET" and "{" not in path and path not in STREAMS
]


def test_every_route_has_one_guard_or_is_named_as_open() -> None:
    unguarded = {(method, path) for method, path, names in GUARDED if not names}

    assert unguarded == OPEN
    assert [path for _, path, names in GUARDED if len(names) > 1] == []


def test_no_two_routes_share_an_address() -> None:
    addresses = [(method, path) for method, path, _ in GUARDED]

    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_opens_what_its_permissions_say_and_nothing_more(table: Table, role: str) -> None:
    seat = table.seat(role)

    for _method, path, permission in PLAIN:
        expected = allowed(frozenset({role}), permission)
        status = seat.get(path).status_code
        assert (status != 403) == expected, f"{role} GET {path} ({permission}) gave {status}"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_may_not_write_where_it_lacks_the_permission(table: Table, role: str) -> None:
    seat = table.seat(role)

    for method, path, names in GUARDED:
        if method == "POST" and names and not allowed(frozenset({role}), names[0]) and names[0] != CHANGE:
            address = path.replace("{", "").replace("}", "")
            assert seat.post(address, data={"csrf": seat.headers["x-csrf-token"]}).status_code == 403, path


def test_without_a_session_a_page_leads_to_the_login_and_the_api_says_401(table: Table) -> None:
    browser = table.browser()

    for method, path, names in GUARDED:
        if names and method == "GET" and "{" not in path:
            answer = browser.get(path)
            expected = 401 if path.startswith("/api/") else 303
            assert answer.status_code == expected, path
            if expected == 303:
                assert answer.headers["location"].startswith("/login?next=%2F")


def test_htmx_without_a_session_is_told_to_leave_the_page(table: Table) -> None:
    answer = table.browser().get("/rail", headers={"hx-request": "true"})

    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login?next=%2Frail")


def test_htmx_comes_back_to_the_page_that_asked(table: Table) -> None:
    here = {"hx-request": "true", "hx-current-url": "http://desk.test/alerts?level=high"}

    assert table.browser().get("/rail", headers=here).headers["hx-redirect"] == "/login?next=%2Falerts%3Flevel%3Dhigh"


def test_an_account_without_roles_sees_the_empty_workbench_and_nothing_else(table: Table) -> None:
    seat = table.seat()

    assert seat.get("/").status_code == 200
    assert {seat.get(path).status_code for _, path, _ in PLAIN} == {403}


@pytest.mark.parametrize("role", ["lead", "auditor", "administrator"])
def test_pages_carry_no_inline_style_script_or_outside_address(table: Table, role: str) -> None:
    two_counties(table)
    alert(table.desk.engine, 1, level="critical")
    finding(table.desk.engine, 1)
    incident(table.desk.engine, 1, ("初报时限", at(600)))
    seat = table.seat(role)

    for _method, path, permission in PLAIN:
        if allowed(frozenset({role}), permission) and not path.startswith("/api/"):
            page = seat.get(path).text
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", page), path
            assert not re.search(r'(?:src|action)="(?:https?:)?//', page), path
