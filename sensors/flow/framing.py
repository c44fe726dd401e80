"""Finding the packets in a buffer of pcap or pcapng. Compiled with the engine."""

from __future__ import annotations

from sensors.flow.layout import (
    DAMAGED,
    FACE_LINK,
    FACE_OFFSET,
    FACE_SNAP,
    FACE_UNITS,
    FRAME_AT,
    FRAME_CAPTURED,
    FRAME_LINK,
    FRAME_TIME,
    FRAME_WIRE,
    FULL,
    LATEST,
    MAX_CAPTURED,
    MORE,
    OTHER,
    WALK_AT,
    WALK_CODE,
    WALK_COUNT,
    WALK_TIME,
    Buffer,
    Ints,
)
from sensors.flow.octets import u32_either


def walk_pcap(
    buffer: Buffer, at: int, end: int, big: int, nano: int, header: int, link: int, frames: Ints, walk: Ints
) -> None:
    """Note the whole packets between `at` and `end`, and in `walk` where and why it stopped."""
    count = 0
    code = MORE
    while at + header <= end:
        if count == frames.shape[0]:
            code = FULL
            break
        captured = u32_either(buffer, at + 8, big)
        if captured > MAX_CAPTURED:
            code = DAMAGED
            break
        if at + header + captured > end:
            break
        fraction = u32_either(buffer, at + 4, big)
        frames[count, FRAME_TIME] = u32_either(buffer, at, big) * 1000000 + (fraction // 1000 if nano else fraction)
        frames[count, FRAME_AT] = at + header
        frames[count, FRAME_CAPTURED] = captured
        frames[count, FRAME_WIRE] = u32_either(buffer, at + 12, big)
        frames[count, FRAME_LINK] = link
        at += header + captured
        count += 1
    walk[WALK_AT] = at
    walk[WALK_COUNT] = count
    walk[WALK_CODE] = code


def walk_pcapng(buffer: Buffer, at: int, end: int, big: int, faces: Ints, known: int, frames: Ints, walk: Ints) -> None:
    """The same over blocks; it stops at every block that is not a packet."""
    count = 0
    code = MORE
    while at + 12 <= end:
        kind = u32_either(buffer, at, big)
        if kind not in (2, 3, 6):
            code = OTHER
            break
        if count == frames.shape[0]:
            code = FULL
            break
        total = u32_either(buffer, at + 4, big)
        least = 16 if kind == 3 else 32
        if total < least or total > MAX_CAPTURED * 2:
            code = DAMAGED
            break
        total = (total + 3) // 4 * 4
        if at + total > end:
            break
        if not note_block(buffer, at, total, kind, big, faces, known, frames, count, walk):
            code = DAMAGED
            break
        at += total
        count += 1
    walk[WALK_AT] = at
    walk[WALK_COUNT] = count
    walk[WALK_CODE] = code


def note_block(
    buffer: Buffer,
    at: int,
    total: int,
    kind: int,
    big: int,
    faces: Ints,
    known: int,
    frames: Ints,
    count: int,
    walk: Ints,
) -> bool:
    """Note one packet block; False when its lengths cannot be."""
    face = 0
    if kind == 3:
        wire = u32_either(buffer, at + 8, big)
        captured = min(wire, total - 16)
        if known > 0 and faces[0, FACE_SNAP] > 0:
            captured = min(captured, faces[0, FACE_SNAP])
        data = at + 12
    else:
        face = u32_either(buffer, at + 8, big)
        if kind == 2:  # the obsolete packet block has a drop counter in the other half
            face = face >> 16 if big else face & 0xFFFF
        high = u32_either(buffer, at + 12, big)
        low = u32_either(buffer, at + 16, big)
        captured = u32_either(buffer, at + 20, big)
        wire = u32_either(buffer, at + 24, big)
        data = at + 28
        if captured > total - 32:
            return False
        if face < known:
            walk[WALK_TIME] = moment(high, low, faces[face, FACE_UNITS], faces[face, FACE_OFFSET])
    frames[count, FRAME_TIME] = walk[WALK_TIME]
    frames[count, FRAME_AT] = data
    frames[count, FRAME_CAPTURED] = captured
    frames[count, FRAME_WIRE] = wire
    frames[count, FRAME_LINK] = faces[face, FACE_LINK] if face < known else -1
    return True


def moment(high: int, low: int, units: int, offset: int) -> int:
    """Microseconds since 1970 of a time stamp of so many units a second, kept inside the calendar."""
    ticks = (high & 0x7FFFFFFF) * 0x100000000 + low
    seconds = min(ticks // units, LATEST // 1000000)
    rest = ticks % units
    micro = rest * 1000000 // units if units <= 1000000000000 else rest // (units // 1000000)
    return max(0, min(LATEST, seconds * 1000000 + micro + offset * 1000000))
