"""Names are asked of the name servers that were given."""

from __future__ import annotations

import pytest

from sensors.probe.resolve import Resolver, literal_address
from tests.probe_dns import name_server


@pytest.mark.parametrize(
    ("name", "code", "addresses"),
    [
        ("www.x.example", "NOERROR", ("10.1.2.3",)),
        ("gone.example", "NXDOMAIN", ()),
        ("broken.example", "SERVFAIL", ()),
    ],
)
async def test_a_name_has_its_code_and_addresses(name: str, code: str, addresses: tuple[str, ...]) -> None:
    async with name_server({"www.x.example": "10.1.2.3", "broken.example": None}) as server:
        answer = await Resolver([server], 2).lookup(name)

    assert (answer.code, answer.addresses, answer.exists) == (code, addresses, bool(addresses))


async def test_an_address_asks_nobody() -> None:
    answer = await Resolver(["127.0.0.1:1"], 1).lookup("[::1]")

    assert answer.addresses == ("::1",)
    assert literal_address("x.example") is None


async def test_a_server_that_is_silent_gives_a_reason() -> None:
    answer = await Resolver(["127.0.0.1:9"], 0.2).lookup("x.example")

    assert answer.code is None or not answer.exists
    assert not answer.exists
