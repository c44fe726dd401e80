"""The gate every packet to a site passes: scope at enqueue, scope again on the resolved address, then a turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sensors.probe.rate import Politeness
from sensors.probe.resolve import Resolver
from sensors.probe.scope import Permit, Refusal, Scope, host_of


@dataclass(frozen=True, slots=True)
class Target:
    """An address the scope allows for a host and port, at the moment it was checked."""

    host: str
    address: str
    port: int
    permit: Permit
    dns_microseconds: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """No request was made, for this reason. `kind` is `scope` or `dns`."""

    kind: str
    reason: str


@dataclass(slots=True)
class Gate:
    """Admits requests. `scope` gives the scope in force now, or None when there is none."""

    scope: Callable[[], Scope | None]
    resolver: Resolver
    politeness: Politeness
    now: Callable[[], datetime]

    def asks(self, host: str, port: int, address: str | None = None) -> Permit | Refusal:
        """What the scope in force says now."""
        scope = self.scope()
        if scope is None:
            return Refusal("there is no valid scope")
        return scope.allows(host, address, port, self.now())

    async def admit(self, host: str, port: int) -> Target | Unreached:
        """The address a host may be asked at. A host with several uses the first that the scope lists."""
        name = host_of(host)
        permit = self.asks(name, port)
        if isinstance(permit, Refusal):
            return Unreached("scope", permit.reason)
        answer = await self.resolver.lookup(name)
        if not answer.exists:
            return Unreached("dns", answer.reason or f"{name} has no address ({answer.code or 'no answer'})")
        refusals = []
        for address in answer.addresses:
            allowed = self.asks(name, port, address)
            if isinstance(allowed, Permit):
                return Target(name, address, port, allowed, answer.microseconds)
            refusals.append(allowed.reason)
        return Unreached("scope", refusals[0])

    @asynccontextmanager
    async def turn(self, target: Target) -> AsyncIterator[Refusal | None]:
        """Wait for a turn at the target's address; the scope is asked again when it has come."""
        async with self.politeness.turn(target.address):
            asked = self.asks(target.host, target.port, target.address)
            yield asked if isinstance(asked, Refusal) else None
