"""Builders of frames, captures and metered flows."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from sensors.contract.batch import EventBatch
from sensors.flow import layout
from sensors.flow.capture import Capture
from sensors.flow.decode import decode
from sensors.flow.settings import MeterSettings

CLIENT, SERVER = "192.0.2.1", "10.0.0.1"
CLIENT6, SERVER6 = "2001:db8::1", "2001:db8::2"
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
START = 1_764_000_000
Packet = tuple[float, bytes]


def ip(source: str, target: str, protocol: int, payload: bytes, *, pieces: int = 0, number: int = 7) -> bytes:
    """An IPv4 or IPv6 packet; `pieces` is IPv4's fragment field."""
    a, b = ip_address(source), ip_address(target)
    if a.version == 6:
        return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + a.packed + b.packed + payload
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), number, pieces, 64, protocol, 0)
    return head + a.packed + b.packed + payload


def tcp(ports: tuple[int, int], flags: int, payload: bytes = b"", sequence: int = 1, window: int = 1000) -> bytes:
    """A TCP segment."""
    return struct.pack(">HHIIBBHHH", *ports, sequence, 0, 0x50, flags, window, 0, 0) + payload


def udp(ports: tuple[int, int], payload: bytes = b"") -> bytes:
    """A UDP datagram."""
    return struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload


def ethernet(payload: bytes, kind: int = 0x0800, tags: Sequence[int] = ()) -> bytes:
    """An Ethernet frame with 802.1Q tags."""
    frame = bytes(12)
    for tag in tags:
        frame += struct.pack(">HH", 0x8100, tag)
    return frame + struct.pack(">H", kind) + payload


def pcap(packets: Iterable[Packet], link: int = 1, *, order: str = "<", nano: bool = False) -> bytes:
    """A capture file of packets with their seconds after the start."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    text = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 262144, link)
    for seconds, frame in packets:
        micro = round(seconds * 1_000_000)
        part = micro % 1_000_000 * (1000 if nano else 1)
        text += struct.pack(f"{order}IIII", START + micro // 1_000_000, part, len(frame), len(frame)) + frame
    return text


def metered(
    folder: Path, packets: Iterable[Packet] | bytes, settings: MeterSettings | None = None, *, compiled: bool = False
) -> tuple[dict[str, list[dict[str, Any]]], Capture]:
    """The rows of every dataset that a capture becomes, under dotted names, and the capture that was read."""
    path = folder / "packets.pcap"
    path.write_bytes(packets if isinstance(packets, bytes) else pcap(packets))
    capture = Capture([path], settings, compiled=compiled)
    rows: dict[str, list[dict[str, Any]]] = {}
    for batch in capture.batches():
        rows.setdefault(batch.dataset, []).extend(plain(batch))
    return rows, capture


def plain(batch: EventBatch) -> list[dict[str, Any]]:
    """A batch's rows without what is null."""
    return [{name: value for name, value in row.items() if value is not None} for row in batch.table.to_pylist()]


def decoded(frame: bytes, link: int = 1, *, decapsulate: bool = True) -> tuple[int, list[int]]:
    """Code and columns of one frame."""
    packet = [0] * layout.PACKET_WIDTH
    return decode(memoryview(frame), 0, len(frame), link, int(decapsulate), packet), packet


def handshake(ports: tuple[int, int] = (40000, 80), at: float = 0.0) -> list[Packet]:
    """The three packets that open a TCP connection from the client to the server."""
    back = (ports[1], ports[0])
    return [
        (at, ethernet(ip(CLIENT, SERVER, 6, tcp(ports, SYN, sequence=99)))),
        (at + 0.01, ethernet(ip(SERVER, CLIENT, 6, tcp(back, SYN | ACK, sequence=499)))),
        (at + 0.02, ethernet(ip(CLIENT, SERVER, 6, tcp(ports, ACK, sequence=100)))),
    ]


def said(payload: bytes, at: float, *, back: bool = False, sequence: int | None = None, port: int = 80) -> Packet:
    """Payload of the client, or of the server, on the connection that `handshake` opened."""
    ports = (port, 40000) if back else (40000, port)
    ends = (SERVER, CLIENT) if back else (CLIENT, SERVER)
    number = sequence if sequence is not None else (500 if back else 100)
    return at, ethernet(ip(*ends, 6, tcp(ports, PSH | ACK, payload, sequence=number)))
