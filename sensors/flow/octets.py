"""Numbers at a place in a buffer. The caller has checked that the place is inside."""

from __future__ import annotations

from sensors.flow.layout import Buffer


def u8(buffer: Buffer, at: int) -> int:
    """One byte."""
    byte: int = buffer[at] & 255
    return byte


def u16(buffer: Buffer, at: int) -> int:
    """Two bytes in network order."""
    return (u8(buffer, at) << 8) | u8(buffer, at + 1)


def u32(buffer: Buffer, at: int) -> int:
    """Four bytes in network order."""
    return (u8(buffer, at) << 24) | (u8(buffer, at + 1) << 16) | (u8(buffer, at + 2) << 8) | u8(buffer, at + 3)


def u32_little(buffer: Buffer, at: int) -> int:
    """Four bytes, least first."""
    return (u8(buffer, at + 3) << 24) | (u8(buffer, at + 2) << 16) | (u8(buffer, at + 1) << 8) | u8(buffer, at)


def u32_either(buffer: Buffer, at: int, big: int) -> int:
    """Four bytes in the order of a file."""
    return u32(buffer, at) if big else u32_little(buffer, at)


def s64(buffer: Buffer, at: int) -> int:
    """Eight bytes in network order as a signed number: half of an IPv6 address, without overflow in either home."""
    high = u32(buffer, at)
    if high >= 0x80000000:
        high -= 0x100000000
    return high * 0x100000000 + u32(buffer, at + 4)
