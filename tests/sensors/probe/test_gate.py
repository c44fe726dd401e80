"""The scope is asked before a name is resolved, after it, and again when the turn has come."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sensors.probe.gate import Gate, Target, Unreached
from sensors.probe.rate import Politeness
from sensors.probe.resolve import Answer, Resolver
from sensors.probe.scope import Scope
from tests.probe_values import HOST, scope


class Fixed(Resolver):
    """Answers every name with the same addresses."""

    def __init__(self, *addresses: str) -> None:
        super().__init__(["127.0.0.1"], 1)
        self.addresses = addresses
        self.asked: list[str] = []

    async def lookup(self, name: str) -> Answer:
        self.asked.append(name)
        return Answer(name, "NOERROR", self.addresses, 1)


def gate(given: list[Scope | None], resolver: Resolver) -> Gate:
    politeness = Politeness(1000, 4, lambda: 0.0, asyncio.sleep)
    return Gate(lambda: given[0], resolver, politeness, lambda: datetime.now(UTC))


async def test_a_host_outside_is_not_even_resolved() -> None:
    resolver = Fixed(HOST)
    answer = await gate([scope(80)], resolver).admit("other.example", 80)

    assert isinstance(answer, Unreached)
    assert answer.kind == "scope"
    assert resolver.asked == []


async def test_a_name_that_leads_outside_is_not_asked() -> None:
    given = scope(80, hosts=["www.x.example"])
    answer = await gate([given], Fixed("10.9.9.9")).admit("www.x.example", 80)

    assert isinstance(answer, Unreached)
    assert "10.9.9.9" in answer.reason


async def test_of_several_addresses_the_listed_one_is_taken() -> None:
    given = scope(80, hosts=["www.x.example"])
    answer = await gate([given], Fixed("10.9.9.9", HOST)).admit("www.x.example", 80)

    assert isinstance(answer, Target)
    assert answer.address == HOST


async def test_a_site_withdrawn_while_waiting_is_not_asked() -> None:
    current: list[Scope | None] = [scope(80)]
    made = gate(current, Fixed(HOST))
    target = await made.admit(HOST, 80)
    assert isinstance(target, Target)
    current[0] = None

    async with made.turn(target) as refusal:
        assert refusal is not None
        assert "no valid scope" in refusal.reason
