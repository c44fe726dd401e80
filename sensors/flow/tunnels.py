"""Ways into tunnels: GRE, ERSPAN, VXLAN, Geneve, GTP-U, Teredo. Compiled with the engine.

A UDP port alone proves nothing: what is inside must look like what it claims, else the packet stays what it is outside.
"""

from __future__ import annotations

from sensors.flow.layout import (
    EOGRE,
    ERSPAN,
    GENEVE,
    GRE,
    GTP,
    P_SOURCE_PORT,
    P_TARGET_PORT,
    P_TUNNEL,
    P_TYPE,
    SHORT,
    STEP_DONE,
    STEP_ETHERNET,
    STEP_IP,
    STEP_IP6,
    STEP_PPP,
    STEP_TYPE,
    TEREDO,
    VXLAN,
    Buffer,
    Ints,
)
from sensors.flow.octets import u8, u16, u32

MOST_LAYERS = 12


def encapsulated(packet: Ints, kind: int) -> None:
    """Note one encapsulation that was removed; beyond twelve they are no longer named."""
    for layer in range(MOST_LAYERS):
        if packet[P_TUNNEL] >> (4 * layer) == 0:
            packet[P_TUNNEL] += kind << (4 * layer)
            return


def gre(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """Past GRE versions 0 and 1 (RFC 2784, 2890, 2637)."""
    if at + 4 > end:
        return -SHORT, at
    flags = u16(buffer, at)
    kind = u16(buffer, at + 2)
    length = 4
    if flags & 7 == 1:
        length += 4 + (4 if flags & 0x1000 else 0) + (4 if flags & 0x80 else 0)
    else:
        length += (4 if flags & 0xC000 else 0) + (4 if flags & 0x2000 else 0) + (4 if flags & 0x1000 else 0)
    at += length
    if at > end:
        return -SHORT, at
    if kind == 0x88BE:
        # Type I has no header of its own and sends no sequence number; type II does both.
        encapsulated(packet, ERSPAN)
        return STEP_ETHERNET, at + 8 if flags & 0x1000 else at
    if kind == 0x22EB:
        if at + 12 > end:
            return -SHORT, at
        encapsulated(packet, ERSPAN)
        return STEP_ETHERNET, at + (20 if u8(buffer, at + 11) & 1 else 12)
    encapsulated(packet, EOGRE if kind == 0x6558 else GRE)
    packet[P_TYPE] = kind
    if kind in (0x880B, 0xC021):
        return STEP_PPP, at
    return STEP_TYPE, at


def udp_tunnel(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """The tunnel over this UDP header, or STEP_DONE for none."""
    low = min(packet[P_SOURCE_PORT], packet[P_TARGET_PORT])
    high = max(packet[P_SOURCE_PORT], packet[P_TARGET_PORT])
    target = packet[P_TARGET_PORT]
    at += 8
    if target in (4789, 8472):
        return vxlan(buffer, at, end, packet)
    if target == 6081:
        return geneve(buffer, at, end, packet)
    if 2152 in (low, high):
        return gtp(buffer, at, end, packet)
    if 3544 in (low, high):
        return teredo(buffer, at, end, packet)
    return STEP_DONE, at


def vxlan(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """RFC 7348: the flag that a network id is there, reserved bits zero, an Ethernet frame of a known type."""
    if at + 22 > end or u32(buffer, at) & 0xFFFFFF00 != 0x08000000 or u8(buffer, at + 7) != 0:
        return STEP_DONE, at
    encapsulated(packet, VXLAN)
    return STEP_ETHERNET, at + 8


def geneve(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """RFC 8926: version 0, reserved bits zero."""
    if at + 8 > end or u8(buffer, at) >> 6 or u8(buffer, at + 1) & 0x3F or u8(buffer, at + 7):
        return STEP_DONE, at
    inner = at + 8 + (u8(buffer, at) & 0x3F) * 4
    kind = u16(buffer, at + 2)
    if inner > end or kind not in (0x6558, 0x0800, 0x86DD):
        return STEP_DONE, at
    encapsulated(packet, GENEVE)
    packet[P_TYPE] = kind
    return STEP_TYPE, inner


def gtp(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """GTP-U version 1 carrying user data (3GPP TS 29.281)."""
    if at + 9 > end or u8(buffer, at) & 0xF0 != 0x30 or u8(buffer, at + 1) != 255:
        return STEP_DONE, at
    inner = at + 8
    if u8(buffer, at) & 7:
        inner += 4
        more = u8(buffer, inner - 1) if u8(buffer, at) & 4 and inner <= end else 0
        for _ in range(MOST_LAYERS):
            if more == 0 or inner + 4 > end:
                break
            length = u8(buffer, inner) * 4
            if length == 0 or inner + length > end:
                return STEP_DONE, at
            inner += length
            more = u8(buffer, inner - 1)
    if inner + 20 > end or u8(buffer, inner) >> 4 not in (4, 6):
        return STEP_DONE, at
    encapsulated(packet, GTP)
    return STEP_IP, inner


def teredo(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """RFC 4380: authentication and origin indications may come before the IPv6 packet."""
    if at + 4 <= end and u16(buffer, at) == 1:
        at += 13 + u8(buffer, at + 2) + u8(buffer, at + 3)
    if at + 8 <= end and u16(buffer, at) == 0:
        at += 8
    if at + 40 > end or u8(buffer, at) >> 4 != 6 or u16(buffer, at + 4) + 40 > end - at:
        return STEP_DONE, at
    encapsulated(packet, TEREDO)
    return STEP_IP6, at
