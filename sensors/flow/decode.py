"""One frame to addresses, ports and lengths, through link layers, VLANs and tunnels. Compiled with the engine."""

from __future__ import annotations

from sensors.flow.layout import (
    IPIP,
    LINK_TYPE,
    MALFORMED,
    MAX_STEPS,
    MPLS,
    NOT_IP,
    P_DECAPSULATE,
    P_END,
    P_FRAGMENT,
    P_ONE_WAY,
    P_PROTOCOL,
    P_TUNNEL,
    P_TYPE,
    P_VLAN,
    PPPOE,
    SHORT,
    STEP_DONE,
    STEP_ETHERNET,
    STEP_GRE,
    STEP_IP,
    STEP_IP4,
    STEP_IP6,
    STEP_MPLS,
    STEP_PPP,
    STEP_PPPOE,
    STEP_TRANSPORT,
    STEP_TYPE,
    TOO_DEEP,
    Buffer,
    Ints,
)
from sensors.flow.network import ipv4, ipv6
from sensors.flow.octets import u8, u16, u32
from sensors.flow.transport import transport
from sensors.flow.tunnels import encapsulated, gre


def decode(buffer: Buffer, at: int, end: int, link: int, decapsulate: int, packet: Ints) -> int:
    """Fill in `packet` from the frame between `at` and `end`; 0, or why it is refused."""
    packet[P_VLAN] = -1
    packet[P_TUNNEL] = 0
    packet[P_ONE_WAY] = 0
    packet[P_FRAGMENT] = 0
    packet[P_END] = end
    packet[P_DECAPSULATE] = decapsulate
    step, at = link_layer(buffer, at, end, link, packet)
    for _ in range(MAX_STEPS):
        if step <= STEP_DONE:
            return -step
        end = packet[P_END]
        if step == STEP_IP4:
            step, at = ipv4(buffer, at, end, packet)
        elif step == STEP_IP6:
            step, at = ipv6(buffer, at, end, packet)
        elif step == STEP_TRANSPORT:
            step, at = after_ip(buffer, at, end, packet)
        elif step == STEP_ETHERNET:
            step, at = ethernet(buffer, at, end, packet)
        elif step == STEP_TYPE:
            step, at = by_type(buffer, at, end, packet)
        elif step == STEP_GRE:
            step, at = gre(buffer, at, end, packet)
        else:
            step, at = carrier(buffer, at, end, step, packet)
    return TOO_DEEP


def link_layer(buffer: Buffer, at: int, end: int, link: int, packet: Ints) -> tuple[int, int]:
    """Where the link layer of this type leads. Numbers are those of tcpdump's link-type list."""
    if link == 1:
        return STEP_ETHERNET, at
    if link in (12, 14, 101, 228, 229):
        return STEP_IP, at
    if link in (0, 108):
        return loopback(buffer, at, end)
    if link in (9, 50):
        return STEP_PPP, at
    if link == 51:
        return STEP_PPPOE, at
    place = 14 if link == 113 else (0 if link == 276 else (2 if link == 104 else -1))
    if place < 0:
        return -LINK_TYPE, at
    length = 16 if link == 113 else (20 if link == 276 else 4)
    if at + length > end:
        return -SHORT, at
    packet[P_TYPE] = u16(buffer, at + place)
    return STEP_TYPE, at + length


def loopback(buffer: Buffer, at: int, end: int) -> tuple[int, int]:
    """BSD loopback: the address family in the order of the machine that wrote it."""
    if at + 4 > end:
        return -SHORT, at
    family = u32(buffer, at)
    if family > 0xFFFF:
        family = u8(buffer, at)
    if family == 2:
        return STEP_IP4, at + 4
    if family in (10, 24, 28, 30):
        return STEP_IP6, at + 4
    return -NOT_IP, at


def ethernet(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """Past the two addresses, and past LLC with SNAP."""
    if at + 14 > end:
        return -SHORT, at
    kind = u16(buffer, at + 12)
    at += 14
    if kind < 1536:
        if at + 8 > end or u16(buffer, at) != 0xAAAA or u8(buffer, at + 2) != 3:
            return -NOT_IP, at
        kind = u16(buffer, at + 6)
        at += 8
    packet[P_TYPE] = kind
    return STEP_TYPE, at


def by_type(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """Where an ethertype leads."""
    kind = packet[P_TYPE]
    if kind == 0x0800:
        return STEP_IP4, at
    if kind == 0x86DD:
        return STEP_IP6, at
    if kind in (0x8100, 0x88A8, 0x9100, 0x9200):
        if at + 4 > end:
            return -SHORT, at
        if packet[P_VLAN] < 0:
            packet[P_VLAN] = u16(buffer, at) & 0xFFF
        packet[P_TYPE] = u16(buffer, at + 2)
        return STEP_TYPE, at + 4
    if kind in (0x8847, 0x8848):
        return STEP_MPLS, at
    if kind == 0x8864:
        return STEP_PPPOE, at
    if kind == 0x880B:
        return STEP_PPP, at
    if kind == 0x6558:
        return STEP_ETHERNET, at
    if kind == 0x8926:  # VN-Tag
        if at + 6 > end:
            return -SHORT, at
        packet[P_TYPE] = u16(buffer, at + 4)
        return STEP_TYPE, at + 6
    return -NOT_IP, at


def after_ip(buffer: Buffer, at: int, end: int, packet: Ints) -> tuple[int, int]:
    """Into a tunnel when the IP payload is one, else to its ports."""
    protocol = packet[P_PROTOCOL]
    if packet[P_DECAPSULATE] and not packet[P_FRAGMENT]:
        if protocol in (4, 41) and at < end:
            step, inner = version(buffer, at, end)
            if step > 0:
                encapsulated(packet, IPIP)
                return step, inner
        if protocol == 47:
            return STEP_GRE, at
        if protocol == 137:
            return STEP_MPLS, at
    return transport(buffer, at, end, packet)


def version(buffer: Buffer, at: int, end: int) -> tuple[int, int]:
    """IP by its version nibble."""
    if at >= end:
        return -SHORT, at
    nibble = u8(buffer, at) >> 4
    if nibble == 4:
        return STEP_IP4, at
    if nibble == 6:
        return STEP_IP6, at
    return -MALFORMED, at


def carrier(buffer: Buffer, at: int, end: int, step: int, packet: Ints) -> tuple[int, int]:
    """The rarer layers: MPLS, PPPoE, PPP, bare IP."""
    if step == STEP_IP:
        return version(buffer, at, end)
    if step == STEP_MPLS:
        encapsulated(packet, MPLS)
        return mpls(buffer, at, end)
    if step == STEP_PPPOE:
        if at + 6 > end:
            return -SHORT, at
        encapsulated(packet, PPPOE)
        return STEP_PPP, at + 6
    return ppp(buffer, at, end)


def mpls(buffer: Buffer, at: int, end: int) -> tuple[int, int]:
    """Past the labels; what follows tells itself by its first nibble."""
    for _ in range(MAX_STEPS):
        if at + 5 > end:
            return -SHORT, at
        last = u8(buffer, at + 2) & 1
        at += 4
        if last:
            nibble = u8(buffer, at) >> 4
            if nibble in (4, 6):
                return STEP_IP, at
            return STEP_ETHERNET, at + 4 if nibble == 0 and u32(buffer, at) & 0xFFFF0000 == 0 else at
    return -TOO_DEEP, at


def ppp(buffer: Buffer, at: int, end: int) -> tuple[int, int]:
    """PPP with or without HDLC's two bytes, its protocol number in one byte or two."""
    if at + 4 > end:
        return -SHORT, at
    if u16(buffer, at) == 0xFF03:
        at += 2
    protocol = u8(buffer, at)
    at += 1
    if protocol & 1 == 0:
        if at >= end:
            return -SHORT, at
        protocol = (protocol << 8) | u8(buffer, at)
        at += 1
    if protocol == 0x21:
        return STEP_IP4, at
    if protocol == 0x57:
        return STEP_IP6, at
    if protocol == 0x281:
        return STEP_MPLS, at
    return -NOT_IP, at
