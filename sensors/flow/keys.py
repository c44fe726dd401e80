"""Which flow a packet belongs to: one key for both directions, ports of later fragments. Compiled with the engine."""

from __future__ import annotations

from sensors.flow.layout import (
    FRAGMENT_LIFE,
    FRAGMENT_SLOTS,
    LIMIT_SEED,
    LIMIT_VLAN,
    P_A_HIGH,
    P_A_LOW,
    P_B_HIGH,
    P_B_LOW,
    P_FRAGMENT,
    P_FRAGMENT_ID,
    P_KIND,
    P_ONE_WAY,
    P_PORTS,
    P_PROTOCOL,
    P_SIDE,
    P_SOURCE_HIGH,
    P_SOURCE_LOW,
    P_SOURCE_PORT,
    P_TARGET_HIGH,
    P_TARGET_LOW,
    P_TARGET_PORT,
    P_VERSION,
    P_VLAN,
    Ints,
)

# One remembered first fragment.
R_SOURCE_HIGH, R_SOURCE_LOW, R_TARGET_HIGH, R_TARGET_LOW, R_WHICH, R_PORTS, R_TIME, R_ONE_WAY = range(8)


def key(packet: Ints, limits: Ints) -> None:
    """Fill in the key columns of a decoded packet; P_SIDE is 1 when the packet comes from side B."""
    swap = packet[P_ONE_WAY] == 0 and later(packet)
    source, target = packet[P_SOURCE_PORT], packet[P_TARGET_PORT]
    if swap:
        packet[P_A_HIGH], packet[P_A_LOW] = packet[P_TARGET_HIGH], packet[P_TARGET_LOW]
        packet[P_B_HIGH], packet[P_B_LOW] = packet[P_SOURCE_HIGH], packet[P_SOURCE_LOW]
        packet[P_PORTS] = (target << 16) | source
        packet[P_SIDE] = 1
    else:
        packet[P_A_HIGH], packet[P_A_LOW] = packet[P_SOURCE_HIGH], packet[P_SOURCE_LOW]
        packet[P_B_HIGH], packet[P_B_LOW] = packet[P_TARGET_HIGH], packet[P_TARGET_LOW]
        packet[P_PORTS] = (source << 16) | target
        packet[P_SIDE] = 0
    kind = packet[P_PROTOCOL] | (packet[P_VERSION] << 8) | (packet[P_ONE_WAY] << 12)
    if limits[LIMIT_VLAN]:
        kind |= (packet[P_VLAN] + 1) << 16
    packet[P_KIND] = kind


def later(packet: Ints) -> bool:
    """Whether the source comes after the target in the order of the table."""
    if packet[P_SOURCE_HIGH] != packet[P_TARGET_HIGH]:
        return bool(packet[P_SOURCE_HIGH] > packet[P_TARGET_HIGH])
    if packet[P_SOURCE_LOW] != packet[P_TARGET_LOW]:
        return bool(packet[P_SOURCE_LOW] > packet[P_TARGET_LOW])
    return bool(packet[P_SOURCE_PORT] > packet[P_TARGET_PORT])


def mixed(number: int, value: int) -> int:
    """A hash with 64 more bits mixed in, 31 bits long: no step leaves the signed range."""
    number = ((number ^ (value & 0xFFFFFFFF)) * 0x5BD1E995) & 0x7FFFFFFFFFFF
    number = ((number ^ (number >> 19) ^ ((value >> 32) & 0xFFFFFFFF)) & 0xFFFFFFFF) * 0x27D4EB2F
    return (number ^ (number >> 29)) & 0x7FFFFFFF


def hashed(packet: Ints, limits: Ints) -> int:
    """The hash of a packet's key, from the table's seed."""
    number = mixed(limits[LIMIT_SEED], packet[P_A_HIGH])
    number = mixed(number, packet[P_A_LOW])
    number = mixed(number, packet[P_B_HIGH])
    number = mixed(number, packet[P_B_LOW])
    return mixed(number, packet[P_PORTS] | (packet[P_KIND] << 32))


def fragment_slot(packet: Ints, limits: Ints) -> int:
    """Where the first fragment of a packet is remembered."""
    number = mixed(limits[LIMIT_SEED], packet[P_SOURCE_LOW] ^ packet[P_SOURCE_HIGH])
    number = mixed(number, packet[P_TARGET_LOW] ^ packet[P_TARGET_HIGH])
    return mixed(number, packet[P_FRAGMENT_ID] | (packet[P_PROTOCOL] << 32)) % FRAGMENT_SLOTS


def fragment_ports(packet: Ints, time: int, fragments: Ints, limits: Ints) -> bool:
    """Remember a first fragment, or give a later one its ports; False when its first was not seen."""
    slot = fragment_slot(packet, limits)
    which = packet[P_FRAGMENT_ID] | (packet[P_PROTOCOL] << 32)
    if packet[P_FRAGMENT] == 1:
        fragments[slot, R_SOURCE_HIGH] = packet[P_SOURCE_HIGH]
        fragments[slot, R_SOURCE_LOW] = packet[P_SOURCE_LOW]
        fragments[slot, R_TARGET_HIGH] = packet[P_TARGET_HIGH]
        fragments[slot, R_TARGET_LOW] = packet[P_TARGET_LOW]
        fragments[slot, R_WHICH] = which
        fragments[slot, R_PORTS] = (packet[P_SOURCE_PORT] << 16) | packet[P_TARGET_PORT]
        fragments[slot, R_TIME] = time
        fragments[slot, R_ONE_WAY] = packet[P_ONE_WAY]
        return True
    same = (
        fragments[slot, R_WHICH] == which
        and fragments[slot, R_SOURCE_HIGH] == packet[P_SOURCE_HIGH]
        and fragments[slot, R_SOURCE_LOW] == packet[P_SOURCE_LOW]
        and fragments[slot, R_TARGET_HIGH] == packet[P_TARGET_HIGH]
        and fragments[slot, R_TARGET_LOW] == packet[P_TARGET_LOW]
    )
    if not same or time - fragments[slot, R_TIME] > FRAGMENT_LIFE or fragments[slot, R_TIME] == 0:
        return False
    packet[P_SOURCE_PORT] = fragments[slot, R_PORTS] >> 16
    packet[P_TARGET_PORT] = fragments[slot, R_PORTS] & 0xFFFF
    packet[P_ONE_WAY] = fragments[slot, R_ONE_WAY]
    return True
