"""IPv4 and IPv6 headers. Compiled with the engine."""

from __future__ import annotations

from sensors.flow.layout import (
    MALFORMED,
    P_BYTES,
    P_END,
    P_FRAGMENT,
    P_FRAGMENT_ID,
    P_IP_AT,
    P_PROTOCOL,
    P_SOURCE_HIGH,
    P_SOURCE_LOW,
    P_TARGET_HIGH,
    P_TARGET_LOW,
    P_VERSION,
    SHORT,
    STEP_TRANSPORT,
    TOO_DEEP,
    Buffer,
    Ints,
)
from sensors.flow.octets import s64, u8, u16, u32

# A packet is P_FRAGMENT = 0 whole, 1 the first part, 2 a later part.
AH = 51
MAX_EXTENSIONS = 16


def ipv4(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """Addresses, length, fragment state; then on to the transport. A cut packet counts with its full length."""
    if at + 20 > end:
        return -SHORT, at
    header = (u8(buffer, at) & 15) * 4
    if u8(buffer, at) >> 4 != 4 or header < 20:
        return -MALFORMED, at
    total = u16(buffer, at + 2)
    if total == 0:  # the sending card was to fill it in (segmentation offload)
        total = end - at
    if total < header:
        return -MALFORMED, at
    packet[P_VERSION] = 4
    packet[P_IP_AT] = at
    packet[P_SOURCE_HIGH] = 0
    packet[P_SOURCE_LOW] = u32(buffer, at + 12)
    packet[P_TARGET_HIGH] = 0
    packet[P_TARGET_LOW] = u32(buffer, at + 16)
    packet[P_BYTES] = total
    packet[P_PROTOCOL] = u8(buffer, at + 9)
    pieces = u16(buffer, at + 6)
    if pieces & 0x3FFF:
        packet[P_FRAGMENT] = 2 if pieces & 0x1FFF else 1
        packet[P_FRAGMENT_ID] = u16(buffer, at + 4)
    packet[P_END] = min(end, at + total)
    return after_extensions(buffer, at, at + header, packet)


def after_extensions(buffer: Buffer, start: int, at: int, packet: Ints) -> tuple[int, int]:
    """Past an authentication header, in either version."""
    end = packet[P_END]
    if packet[P_PROTOCOL] == AH and packet[P_FRAGMENT] != 2 and at + 8 <= end:
        packet[P_PROTOCOL] = u8(buffer, at)
        at += (u8(buffer, at + 1) + 2) * 4
    if at > start + packet[P_BYTES]:
        return -MALFORMED, at
    return STEP_TRANSPORT, at


def ipv6(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """Addresses and length, then past the extension headers."""
    if at + 40 > end:
        return -SHORT, at
    if u8(buffer, at) >> 4 != 6:
        return -MALFORMED, at
    total = u16(buffer, at + 4) + 40
    if total == 40 and u8(buffer, at + 6) == 0:  # a jumbogram, or segmentation offload
        total = end - at
    packet[P_VERSION] = 6
    packet[P_IP_AT] = at
    packet[P_SOURCE_HIGH] = s64(buffer, at + 8)
    packet[P_SOURCE_LOW] = s64(buffer, at + 16)
    packet[P_TARGET_HIGH] = s64(buffer, at + 24)
    packet[P_TARGET_LOW] = s64(buffer, at + 32)
    packet[P_BYTES] = total
    end = min(end, at + total)
    packet[P_END] = end
    return extensions(buffer, at, end, packet)


def extensions(buffer: Buffer, start: int, end: int, packet: Ints) -> tuple[int, int]:
    """Past hop-by-hop, routing, fragment, destination and mobility headers (RFC 8200)."""
    following = u8(buffer, start + 6)
    at = start + 40
    for _ in range(MAX_EXTENSIONS):
        if following not in (0, 43, 44, 60, 135, 139, 140):
            packet[P_PROTOCOL] = following
            return after_extensions(buffer, start, at, packet)
        if at + 8 > end:
            return -SHORT, at
        if following == 44:
            pieces = u16(buffer, at + 2)
            if pieces & 0xFFF9:
                packet[P_FRAGMENT] = 2 if pieces & 0xFFF8 else 1
                packet[P_FRAGMENT_ID] = u32(buffer, at + 4)
            following = u8(buffer, at)
            at += 8
            if packet[P_FRAGMENT] == 2:
                packet[P_PROTOCOL] = following
                return STEP_TRANSPORT, at
        else:
            length = (u8(buffer, at + 1) + 1) * 8
            if following == 135 and u8(buffer, at) == 59:  # mobility signalling ends the chain
                packet[P_PROTOCOL] = 135
                return STEP_TRANSPORT, at
            following = u8(buffer, at)
            at += length
    return -TOO_DEEP, at
