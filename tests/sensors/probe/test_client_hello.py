"""Old versions are offered by bytes, and only a real ServerHello counts as an answer."""

from __future__ import annotations

import pytest

from sensors.flow.tls import hello_of
from sensors.probe.client_hello import VERSIONS, accepted, client_hello


@pytest.mark.parametrize("version", VERSIONS.values())
def test_an_offer_names_the_version_and_the_host(version: int) -> None:
    hello = hello_of(client_hello(version, "www.x.example", bytes(32)), 1)

    assert hello is not None
    assert hello.version == version
    assert hello.name in ("www.x.example", None)


def test_an_answer_of_exactly_that_version_is_accepted() -> None:
    body = b"\x02\x00\x00\x26\x03\x01" + bytes(36)
    answer = b"\x16\x03\x01" + len(body).to_bytes(2, "big") + body

    assert accepted(answer, 0x0301)
    assert not accepted(answer, 0x0302)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400", b"\x15\x03\x01\x00\x02\x02\x46", b"\x16\x03"])
def test_anything_else_is_not(answer: bytes) -> None:
    assert not accepted(answer, 0x0301)
