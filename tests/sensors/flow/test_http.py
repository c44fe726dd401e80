"""HTTP messages become rows, whatever comes over the wire."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.flow.http import HttpConversation, domain, head_of, media
from sensors.flow.settings import MeterSettings
from tests.flow_packets import handshake, metered, said

ASK = b"GET /a?b=%3Cx HTTP/1.1\r\nHost: WWW.x.lab:8080\r\nUser-Agent: curl\r\nReferer: http://r/\r\n\r\n"
ANSWER = b"HTTP/1.1 404 No\r\nServer: nginx\r\nContent-Type: text/HTML; charset=x\r\nContent-Length: 3\r\n\r\nabc"
POST = b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
POST += b"Content-Length: 7\r\n\r\nu=1&p=2"


def exchange(*parts: tuple[int, bytes]) -> list[dict[str, Any]]:
    """Rows of messages given by side; each begins with its packet."""
    conversation = HttpConversation(MeterSettings())
    place = [100, 500]
    rows = []
    for time, (side, data) in enumerate(parts):
        rows += conversation.take(side, place[side], time, True, data)
        place[side] += len(data)
    return rows + list(conversation.close())


def test_a_request_and_its_answer_are_one_row() -> None:
    [row] = exchange((0, ASK), (1, ANSWER))

    assert row["url.original"] == "/a?b=%3Cx"
    assert (row["url.path"], row["url.query"], row["url.domain"]) == ("/a", "b=%3Cx", "www.x.lab")
    assert (row["http.response.status_code"], row["http.response.body.bytes"]) == (404, 3)
    assert (row["http.response.mime_type"], row["gongga.http.server"]) == ("text/html", "nginx")
    assert (row["user_agent.original"], row["http.request.referrer"]) == ("curl", "http://r/")
    assert (row["start"], row["end"]) == (0, 1)


def test_the_first_bytes_of_a_body_are_kept() -> None:
    [row] = exchange((0, POST), (1, ANSWER))

    assert row["gongga.http.request.body"] == "u=1&p=2"
    assert row["http.request.body.bytes"] == 7


def test_exchanges_on_one_connection_are_paired_in_order() -> None:
    ok = ANSWER.replace(b"404", b"200")
    rows = exchange((0, ASK), (1, ANSWER), (0, POST), (1, ok))

    assert [(row["http.request.method"], row["http.response.status_code"]) for row in rows] == [
        ("GET", 404),
        ("POST", 200),
    ]


def test_requests_in_one_packet_are_told_apart() -> None:
    rows = exchange((0, ASK + POST), (1, ANSWER + ANSWER.replace(b"404", b"500")))

    assert [(row["url.path"], row["http.response.status_code"]) for row in rows] == [("/a", 404), ("/login", 500)]


def test_an_interim_answer_is_not_the_answer() -> None:
    [row] = exchange((0, POST), (1, b"HTTP/1.1 100 Continue\r\n\r\n"), (1, ANSWER))

    assert row["http.response.status_code"] == 404


def test_a_request_without_an_answer_is_still_told() -> None:
    [row] = exchange((0, ASK))

    assert "http.response.status_code" not in row


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_an_answer_to_head_has_no_body(method: str) -> None:
    [row] = exchange((0, ASK.replace(b"GET", method.encode())), (1, ANSWER))

    assert row["http.response.body.bytes"] == (0 if method == "HEAD" else 3)


def test_the_absolute_form_names_the_host() -> None:
    [row] = exchange((0, ASK.replace(b"/a?", b"http://other.lab/c?")))

    assert (row["url.domain"], row["url.path"]) == ("other.lab", "/c")


def test_messages_come_out_of_a_capture_with_their_segments_out_of_order(tmp_path: Path) -> None:
    packets = [
        *handshake(),
        said(ASK[:30], 1.0),
        said(ASK[60:], 1.1, sequence=160),
        said(ASK[:30], 1.2),
        said(ASK[20:60], 1.3, sequence=120),
        said(ANSWER, 2, back=True),
    ]
    rows, _ = metered(tmp_path, packets)
    [row] = rows["http"]

    assert (row["user_agent.original"], row["http.response.status_code"]) == ("curl", 404)
    assert row["network.community_id"] == rows["flow"][0]["network.community_id"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=60) | st.sampled_from([ASK, POST, ANSWER])), max_size=8)
)
def test_nothing_sent_breaks_it(parts: list[tuple[int, bytes]]) -> None:
    for row in exchange(*parts):
        assert row["http.request.method"].isalpha()


@pytest.mark.parametrize("length", [b"-1", b"9" * 30, b"abc", b"\xb2", b""])
def test_a_length_that_is_none_is_not_believed(length: bytes) -> None:
    head = head_of(b"POST / HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\nbody")

    assert head is not None
    assert head.length is None


def test_hosts_and_types_are_brought_to_one_form() -> None:
    assert (domain("[2001:DB8::1]:80"), domain(""), media("Text/Plain ;x"), media(" ")) == (
        "2001:db8::1",
        None,
        "text/plain",
        None,
    )
