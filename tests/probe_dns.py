"""A name server on loopback that knows some names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class _Answers(asyncio.DatagramProtocol):
    def __init__(self, names: Mapping[str, str | None]) -> None:
        self._names = names

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        name = question.name.to_text(omit_final_dot=True)
        address = self._names.get(name)
        if name not in self._names:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif address is None:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif question.rdtype == 1:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "A", address))
        self._transport.sendto(reply.to_wire(), addr)


@asynccontextmanager
async def name_server(names: Mapping[str, str | None]) -> AsyncIterator[str]:
    """`address:port` of a server that answers these names; None is a failing zone, any other name does not exist."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Answers(names), local_addr=("127.0.0.1", 0)
    )
    host, port = transport.get_extra_info("sockname")
    try:
        yield f"{host}:{port}"
    finally:
        transport.close()
