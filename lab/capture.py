"""The story's traffic as a real capture: whole TCP connections with handshake, data and end, written by scapy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lab.hello import client_hello
from lab.story import NAME_SERVER, NAMES, Connection, Exchange, Lookup

_SEGMENT = 1400


def write_capture(
    path: Path, exchanges: Iterable[Exchange], connections: Iterable[Connection], lookups: Iterable[Lookup]
) -> int:
    """Write every exchange, connection and lookup as packets in order of time; returns the number of packets."""
    from scapy.utils import PcapWriter

    packets = [packet for one in exchanges for packet in _http(one)]
    packets += [packet for number, one in enumerate(connections) for packet in _plain(one, number)]
    packets += [packet for number, one in enumerate(lookups) for packet in _lookup(one, number)]
    packets.sort(key=lambda timed: timed[0])
    with PcapWriter(str(path), linktype=1) as writer:
        for at, packet in packets:
            packet.time = at
            writer.write(packet)
    return len(packets)


def access_log(exchanges: Iterable[Exchange]) -> str:
    """The same exchanges as the servers wrote them down: combined format, the host in front."""
    lines = []
    for one in exchanges:
        at = one.at.strftime("%d/%b/%Y:%H:%M:%S +0000")
        request = f'"{one.method} {one.target} HTTP/1.1" {one.status} {one.size}'
        lines.append(f'{one.site.host}:80 {one.source} - - [{at}] {request} "-" "{one.agent}"\n')
    return "".join(lines)


def _http(one: Exchange) -> Iterator[tuple[float, Any]]:
    head = f"{one.method} {one.target} HTTP/1.1\r\nHost: {one.site.host}\r\nUser-Agent: {one.agent}\r\nAccept: */*\r\n"
    if one.body:
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(one.body)}\r\n"
    request = f"{head}\r\n{one.body}".encode()
    reason = {200: "OK", 404: "Not Found", 500: "Internal Server Error"}.get(one.status, "OK")
    answer = (
        f"HTTP/1.1 {one.status} {reason}\r\nServer: nginx\r\nContent-Type: text/html\r\n"
        f"Content-Length: {one.size}\r\n\r\n"
    ).encode() + b"." * one.size
    port = 20000 + (hash_of(one) % 40000)
    yield from _conversation(one.at.timestamp(), (one.source, port), (one.site.inner, 80), request, answer)


def _plain(one: Connection, number: int) -> Iterator[tuple[float, Any]]:
    hello = client_hello(NAMES[one.destination], number)
    # What an observer sees of the answer: a record of application data, nothing of its content.
    sealed = bytes((0x17, 3, 3, 0, 64)) + bytes(64)
    source, destination = (one.source, 30000 + number), (one.destination, one.port)
    yield from _conversation(one.at.timestamp(), source, destination, hello, sealed)


def _lookup(one: Lookup, number: int) -> Iterator[tuple[float, Any]]:
    from scapy.layers.dns import DNS, DNSQR, DNSRR
    from scapy.layers.inet import IP, UDP
    from scapy.layers.l2 import Ether

    macs = ("02:00:00:00:00:01", "02:00:00:00:00:02")
    port, asked = 40000 + number, DNSQR(qname=one.name, qtype="A")
    question = Ether(src=macs[0], dst=macs[1]) / IP(src=one.source, dst=NAME_SERVER) / UDP(sport=port, dport=53)
    yield one.at.timestamp(), question / DNS(id=number + 1, rd=1, qd=asked)
    answer = Ether(src=macs[1], dst=macs[0]) / IP(src=NAME_SERVER, dst=one.source) / UDP(sport=53, dport=port)
    record = DNSRR(rrname=one.name, type="A", ttl=600, rdata=one.address)
    yield one.at.timestamp() + 0.008, answer / DNS(id=number + 1, qr=1, rd=1, ra=1, qd=asked, an=record)


def hash_of(one: Exchange) -> int:
    """A port number that follows from what was asked and when, so that the capture is the same each time."""
    import zlib

    return zlib.crc32(f"{one.at.timestamp():.3f}{one.source}{one.site.id}{one.target}".encode())


def _conversation(
    start: float, source: tuple[str, int], destination: tuple[str, int], request: bytes, answer: bytes
) -> Iterator[tuple[float, Any]]:
    from scapy.layers.inet import IP, TCP
    from scapy.layers.l2 import Ether
    from scapy.packet import Raw

    clock = start

    def packet(mine: bool, flags: str, seq: int, ack: int, data: bytes = b"") -> tuple[float, Any]:
        nonlocal clock
        clock += 0.0004 if mine else 0.012
        here, there = (source, destination) if mine else (destination, source)
        macs = ("02:00:00:00:00:01", "02:00:00:00:00:02")
        frame = Ether(src=macs[not mine], dst=macs[mine]) / IP(src=here[0], dst=there[0])
        frame /= TCP(sport=here[1], dport=there[1], flags=flags, seq=seq, ack=ack)
        return clock, frame / Raw(data) if data else frame

    mine, yours = 1000, 5000
    yield packet(True, "S", mine, 0)
    yield packet(False, "SA", yours, mine + 1)
    mine, yours = mine + 1, yours + 1
    yield packet(True, "A", mine, yours)
    for place in range(0, len(request), _SEGMENT):
        part = request[place : place + _SEGMENT]
        yield packet(True, "PA", mine, yours, part)
        mine += len(part)
    for place in range(0, len(answer), _SEGMENT):
        part = answer[place : place + _SEGMENT]
        yield packet(False, "PA", yours, mine, part)
        yours += len(part)
    yield packet(True, "FA", mine, yours)
    yield packet(False, "FA", yours, mine + 1)
    yield packet(True, "A", mine + 1, yours + 1)
