"""Requests of playbooks."""

from __future__ import annotations

from typing import Any

import pytest

from console.office.http import Answer
from console.response.calls import call_of, meaning, pause
from tests.console.playbooks import AGENT, book, end, manual, playbook


def call(command: dict[str, Any], allowed: str = "kd.example,kd.example:8443", **address: Any) -> Any:
    agent = {"type": "http-api", "name": "x", "address": address.pop("address", {"dname": ["kd.example"]})} | address
    found = playbook(book({"a": manual("e"), "e": end()}, agent_definitions={AGENT: agent}))
    values = {"__host__": "kd.example"}
    return call_of(found, found.steps["a"], {"type": "http-api"} | command, values, allowed, "key-1")


def test_a_request_has_its_key_its_headers_and_its_body() -> None:
    found = call(
        {"command": "POST /api HTTP/1.1", "headers": {"Accept": ["a", "b"], "Host": ["evil"]}, "content": "hi"}
    )

    assert (found.method, found.url, found.body) == ("POST", "https://kd.example/api", b"hi")
    assert found.headers == {"Idempotency-Key": "key-1", "Accept": "a, b"}


def test_an_address_may_be_a_variable_and_is_checked_with_its_value() -> None:
    named = {"dname": ["__host__:value"]}

    assert call({"command": "GET /"}, address=named).url == "https://kd.example/"
    with pytest.raises(ValueError, match="not on the list"):
        call({"command": "GET /"}, "__host__:value", address=named)


def test_the_port_decides_the_scheme_and_the_list_names_it() -> None:
    assert call({"command": "GET /"}, port="8443").url == "https://kd.example:8443/"
    assert call({"command": "GET x HTTP1.1"}, "kd.example:80", port="80").url == "http://kd.example:80/x"


@pytest.mark.parametrize(
    ("command", "address"),
    [
        ({"command": "DELETE /x HTTP/1.1"}, {}),
        ({"command": "GET"}, {}),
        ({"command": "GET /x"}, {"address": {"dname": ["other.example"]}}),
        ({"command": "GET /x"}, {"address": {"url": ["http://kd.example@other.example"]}}),
        ({"command": "GET /x"}, {"address": {"url": ["file:///etc"]}}),
        ({"command": "GET /x"}, {"address": {"dname": ["kd.example.other.example"]}}),
        ({"command": "GET /x"}, {"address": {}}),
        ({"command": "GET /x"}, {"port": "x"}),
        ({"command": "GET /x"}, {"port": "9999"}),
        ({"command": "GET /x", "headers": {"a": ["b\r\nc: d"]}}, {}),
        ({"command": "POST /x", "content_b64": "§"}, {}),
    ],
)
def test_what_may_not_be_asked_is_refused(command: dict[str, Any], address: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        call(command, **address)


@pytest.mark.parametrize(
    ("status", "outcome"), [(204, "done"), (302, "failed"), (404, "failed"), (429, "again"), (500, "again")]
)
def test_a_status_decides(status: int, outcome: str) -> None:
    assert meaning(Answer(status, {}, b"\xff")).outcome == outcome


def test_pauses_grow() -> None:
    assert [pause(number).total_seconds() for number in (1, 2, 3, 4)] == [5, 10, 20, 40]
