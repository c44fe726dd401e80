"""What every answer carries and every request must pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.web.security import CSP
from tests.console.deskside import Table


@pytest.mark.parametrize("path", ["/login", "/", "/nothing", "/api/v1/health", "/static/x/gongga.css"])
def test_every_answer_carries_the_headers(table: Table, path: str) -> None:
    headers = table.browser().get(path).headers

    assert headers["content-security-policy"] == CSP
    assert "'unsafe" not in CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"]


def test_only_behind_https_browsers_are_told_to_stay_there(table: Table) -> None:
    assert "strict-transport-security" not in table.browser().get("/login").headers
    table.settings = replace(table.settings, https=True)
    assert "strict-transport-security" in table.browser().get("/login").headers


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://desk.test"}, True),
        ({}, True),
    ],
)
def test_a_write_from_another_site_is_refused(table: Table, headers: dict[str, str], taken: bool) -> None:
    answer = table.seat("lead").post("/preferences", data={"theme": "dark"}, headers=headers)

    assert (answer.status_code == 303) == taken
    assert taken or answer.status_code == 403


def test_a_body_that_says_it_is_too_large_is_not_read(table: Table) -> None:
    table.settings = replace(table.settings, max_body=1000)

    answer = table.browser().post("/login", content=b"x" * 1001)

    assert answer.status_code == 413
    assert "larger than 1000 bytes" in answer.json()["detail"]
    assert table.browser().post("/login", headers={"content-length": "-1"}).status_code == 413


def test_a_body_that_never_ends_is_cut_off(table: Table) -> None:
    table.settings = replace(table.settings, max_body=1000)
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 100_000:
            sent += 500
            yield b"x" * 500

    answer = table.seat("administrator").post(
        "/api/v1/accounts", content=endless(), headers={"content-type": "application/json"}
    )

    assert answer.status_code == 413
