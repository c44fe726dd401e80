"""Ports, flags and payload of TCP, UDP, SCTP and ICMP. Compiled with the engine."""

from __future__ import annotations

from sensors.flow.layout import (
    P_BYTES,
    P_DECAPSULATE,
    P_FLAGS,
    P_FRAGMENT,
    P_IP_AT,
    P_ONE_WAY,
    P_PAYLOAD,
    P_PAYLOAD_AT,
    P_PAYLOAD_HELD,
    P_PROTOCOL,
    P_SEQUENCE,
    P_SOURCE_PORT,
    P_TARGET_PORT,
    P_VERSION,
    P_WINDOW,
    SHORT,
    STEP_DONE,
    Buffer,
    Ints,
)
from sensors.flow.octets import u8, u16, u32
from sensors.flow.tunnels import udp_tunnel

TCP, UDP, ICMP, ICMP6, SCTP = 6, 17, 1, 58, 132


def transport(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """Ports and payload, or on into a tunnel over UDP. Headers cut by the snap length count as far as they go."""
    protocol = packet[P_PROTOCOL]
    packet[P_SOURCE_PORT] = 0
    packet[P_TARGET_PORT] = 0
    packet[P_FLAGS] = 0
    packet[P_SEQUENCE] = 0
    packet[P_WINDOW] = -1
    # What the IP length promises after the headers so far, captured or not.
    rest = packet[P_BYTES] - (at - packet[P_IP_AT])
    header = 0
    if packet[P_FRAGMENT] != 2 and protocol in (TCP, UDP, SCTP, ICMP, ICMP6):
        if at + (2 if protocol in (ICMP, ICMP6) else 4) > end:
            return -SHORT, at
        if protocol == TCP:
            header = tcp(buffer, at, end, packet)
        elif protocol == UDP:
            header = 8
            ports(buffer, at, packet)
            if packet[P_DECAPSULATE] and not packet[P_FRAGMENT]:
                step, inner = udp_tunnel(buffer, at, end, packet)
                if step > 0:
                    return step, inner
        elif protocol == SCTP:
            header = 12
            ports(buffer, at, packet)
        else:
            header = 8
            icmp(u8(buffer, at), u8(buffer, at + 1), packet)
    packet[P_PAYLOAD] = max(0, rest - header)
    packet[P_PAYLOAD_AT] = at + header
    packet[P_PAYLOAD_HELD] = max(0, min(packet[P_PAYLOAD], end - at - header))
    return STEP_DONE, at


def ports(buffer: Buffer, at: int, packet: Ints) -> None:
    """Both ports."""
    packet[P_SOURCE_PORT] = u16(buffer, at)
    packet[P_TARGET_PORT] = u16(buffer, at + 2)


def tcp(buffer: Buffer, at: int, end: int, packet: Ints) -> int:
    """Ports, flags, sequence, window; the header's length."""
    ports(buffer, at, packet)
    if at + 16 > end:
        return 20
    packet[P_SEQUENCE] = u32(buffer, at + 4)
    packet[P_FLAGS] = u8(buffer, at + 13)
    packet[P_WINDOW] = u16(buffer, at + 14)
    return max(20, (u8(buffer, at + 12) >> 4) * 4)


def icmp(kind: int, code: int, packet: Ints) -> None:
    """Type and counterpart as ports, so that request and answer meet; type and code for what has no answer."""
    answer = icmp4_counterpart(kind) if packet[P_VERSION] == 4 else icmp6_counterpart(kind)
    packet[P_SOURCE_PORT] = kind
    packet[P_TARGET_PORT] = answer if answer >= 0 else code
    packet[P_ONE_WAY] = 1 if answer < 0 else 0


def icmp4_counterpart(kind: int) -> int:
    """The type that answers this one, or is answered by it; -1 for none."""
    if kind in (0, 8):
        return 8 - kind
    if kind in (9, 10):
        return 19 - kind
    if kind in (13, 14):
        return 27 - kind
    if kind in (15, 16):
        return 31 - kind
    if kind in (17, 18):
        return 35 - kind
    return -1


def icmp6_counterpart(kind: int) -> int:
    """The same for ICMPv6."""
    if kind in (128, 129):
        return 257 - kind
    if kind in (130, 131):
        return 261 - kind
    if kind in (133, 134):
        return 267 - kind
    if kind in (135, 136):
        return 271 - kind
    if kind in (139, 140):
        return 279 - kind
    if kind in (144, 145):
        return 289 - kind
    return -1
