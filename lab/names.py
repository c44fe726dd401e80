"""The county's name server: answers for the lab's names on a loopback port, and for nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL: Final = 60


class NameServer(asyncio.DatagramProtocol):
    """One UDP socket that knows these names."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = dict(addresses)
        self._transport: asyncio.DatagramTransport | None = None
        self._closed: asyncio.Future[None] | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._closed = loop.create_future()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))

    async def close(self) -> None:
        """Listen no more; returns when the port is free again."""
        if self._transport and self._closed:
            self._transport.close()
            await self._closed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket to answer on."""
        # Python 3.11's selector transport has the methods of a DatagramTransport without being one by name.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        if self._closed and not self._closed.done():
            self._closed.set_result(None)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one question; what is no question is left alone."""
        reply = respond(data, self._addresses)
        if reply is not None and self._transport:
            self._transport.sendto(reply, addr)


def respond(question: bytes, addresses: Mapping[str, str]) -> bytes | None:
    """The reply to a question; None when it is none."""
    try:
        query = dns.message.from_wire(question)
    except (dns.exception.DNSException, ValueError):
        return None
    if not query.question:
        return None
    asked = query.question[0]
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    address = addresses.get(asked.name.to_text(omit_final_dot=True).lower())
    if address is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    elif asked.rdtype == dns.rdatatype.A:
        reply.answer.append(dns.rrset.from_text(asked.name, TTL, "IN", "A", address))
    return reply.to_wire()
