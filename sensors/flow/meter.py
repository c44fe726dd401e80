"""Packets into flows: the one pass over a buffer. Compiled with the engine."""

from __future__ import annotations

from sensors.flow.connection import letter, tcp_packet
from sensors.flow.decode import decode
from sensors.flow.keys import fragment_ports, key
from sensors.flow.layout import (
    ACK,
    ACTIVE,
    BYTES,
    FIRST,
    FLAGS,
    FRAGMENT,
    FRAME_AT,
    FRAME_CAPTURED,
    FRAME_LINK,
    FRAME_TIME,
    IDLE,
    L_DATA,
    L_FLIPPED,
    LARGEST,
    LAST,
    LIMIT_ACTIVE,
    LIMIT_CLOSED,
    LIMIT_DECAPSULATE,
    LIMIT_IDLE,
    MEAN,
    ORIGIN,
    P_BYTES,
    P_FLAGS,
    P_FRAGMENT,
    P_PAYLOAD,
    P_PROTOCOL,
    P_SIDE,
    P_SOURCE_PORT,
    P_TARGET_PORT,
    P_TUNNEL,
    P_VLAN,
    PACKETS,
    PAYLOAD,
    QUEUED,
    S_COUNTED,
    S_PICKS,
    S_REFUSED,
    SMALLEST,
    SQUARES,
    SYN,
    TUNNEL,
    VLAN,
    Buffer,
    Ints,
    Reals,
)
from sensors.flow.picking import pick
from sensors.flow.table import (
    CLOSED_QUEUE,
    OPEN_QUEUE,
    add,
    end,
    expire,
    find,
    make_room,
    wait_again,
    write,
)

TCP, UDP = 6, 17
# Ports whose owner is taken for the one who answers when the start of a conversation was not seen.
SERVED = (21, 22, 23, 25, 53, 80, 110, 143, 389, 443, 445, 993, 995, 3306, 3389, 5432, 6379, 8080, 8443)


def meter(
    buffer: Buffer,
    frames: Ints,
    begin: int,
    count: int,
    packet: Ints,
    flows: Ints,
    intervals: Reals,
    buckets: Ints,
    fragments: Ints,
    picks: Ints,
    done: Ints,
    done_intervals: Reals,
    state: Ints,
    limits: Ints,
) -> int:
    """Take frames from `begin` on; where it stopped because `done` or `picks` is full, else `count`."""
    for index in range(begin, count):
        time = frames[index, FRAME_TIME]
        if state[S_PICKS] >= picks.shape[0]:
            return index
        if not expire(time, flows, intervals, buckets, done, done_intervals, state, limits):
            return index
        at = frames[index, FRAME_AT]
        end_at = at + frames[index, FRAME_CAPTURED]
        why = decode(buffer, at, end_at, frames[index, FRAME_LINK], limits[LIMIT_DECAPSULATE], packet)
        if why == 0 and packet[P_FRAGMENT] and not fragment_ports(packet, time, fragments, limits):
            why = FRAGMENT
        if why:
            state[S_REFUSED + why] += 1
            continue
        row = row_of(time, packet, flows, intervals, buckets, done, done_intervals, state, limits)
        count_in(row, time, packet, flows, intervals, state)
        pick(buffer, row, packet[P_SIDE] ^ flows[row, ORIGIN], time, packet, flows, picks, state, limits)
    return count


def row_of(
    time: int,
    packet: Ints,
    flows: Ints,
    intervals: Reals,
    buckets: Ints,
    done: Ints,
    done_intervals: Reals,
    state: Ints,
    limits: Ints,
) -> int:
    """The row of the flow a packet belongs to, begun with it when there is none."""
    key(packet, limits)
    row = find(packet, flows, buckets, limits)
    if row >= 0 and over(row, time, packet, flows, limits):
        end(row, IDLE, flows, intervals, buckets, done, done_intervals, state, limits)
        row = -1
    if row < 0:
        make_room(flows, intervals, buckets, done, done_intervals, state, limits)
        row = add(packet, flows, buckets, state, limits)
        first(row, packet, flows)
        from_zero(row, time, flows, intervals)
    elif time - flows[row, FIRST] > limits[LIMIT_ACTIVE]:
        write(row, ACTIVE, flows, intervals, done, done_intervals, state)
        from_zero(row, time, flows, intervals)
    return int(row)


def count_in(row: int, time: int, packet: Ints, flows: Ints, intervals: Reals, state: Ints) -> None:
    """Count a packet in its flow, and let the flow wait where it now belongs."""
    state[S_COUNTED] += 1
    side = packet[P_SIDE] ^ flows[row, ORIGIN]
    add_packet(row, side, time, packet, flows, intervals)
    closed = flows[row, QUEUED] == CLOSED_QUEUE
    if packet[P_PROTOCOL] == TCP:
        closed = tcp_packet(row, side, time, packet, flows) or closed
    elif packet[P_PROTOCOL] == UDP and packet[P_PAYLOAD] > 0:
        letter(row, L_DATA, side, flows)
    wait_again(row, CLOSED_QUEUE if closed else OPEN_QUEUE, flows, state)


def over(row: int, time: int, packet: Ints, flows: Ints, limits: Ints) -> bool:
    """Whether a packet no longer belongs to the flow of its key: silent for too long, or a new SYN after the close."""
    silent = time - flows[row, LAST]
    if flows[row, QUEUED] == CLOSED_QUEUE:
        return bool(silent > limits[LIMIT_CLOSED] or packet[P_FLAGS] & (SYN | ACK) == SYN)
    return bool(silent > limits[LIMIT_IDLE])


def first(row: int, packet: Ints, flows: Ints) -> None:
    """What the first packet says of a flow: who opened it, its VLAN and its tunnel."""
    answer = packet[P_PROTOCOL] == TCP and packet[P_FLAGS] & (SYN | ACK) == SYN | ACK
    if packet[P_PROTOCOL] in (TCP, UDP) and packet[P_FLAGS] & SYN == 0:
        answer = packet[P_SOURCE_PORT] in SERVED and packet[P_TARGET_PORT] not in SERVED
    flows[row, ORIGIN] = packet[P_SIDE] ^ 1 if answer else packet[P_SIDE]
    if answer:
        letter(row, L_FLIPPED, 0, flows)
    flows[row, VLAN] = packet[P_VLAN]
    flows[row, TUNNEL] = packet[P_TUNNEL]


def from_zero(row: int, time: int, flows: Ints, intervals: Reals) -> None:
    """Begin a flow's counts, at its first packet and after each part that was written."""
    flows[row, FIRST] = time
    flows[row, LAST] = time
    flows[row, SMALLEST] = 0
    flows[row, LARGEST] = 0
    for column in (PACKETS, BYTES, PAYLOAD, FLAGS):
        flows[row, column] = 0
        flows[row, column + 1] = 0
    intervals[row, MEAN] = 0.0
    intervals[row, SQUARES] = 0.0


def add_packet(row: int, side: int, time: int, packet: Ints, flows: Ints, intervals: Reals) -> None:
    """Count one packet: sizes, flags, and the time since the one before."""
    length = packet[P_BYTES]
    before = flows[row, PACKETS] + flows[row, PACKETS + 1]
    flows[row, PACKETS + side] += 1
    flows[row, BYTES + side] += length
    flows[row, PAYLOAD + side] += packet[P_PAYLOAD]
    flows[row, FLAGS + side] |= packet[P_FLAGS]
    if before == 0 or length < flows[row, SMALLEST]:
        flows[row, SMALLEST] = length
    flows[row, LARGEST] = max(flows[row, LARGEST], length)
    if before > 0:
        interval = float(max(0, time - flows[row, LAST]))
        step = interval - intervals[row, MEAN]
        intervals[row, MEAN] += step / before
        intervals[row, SQUARES] += step * (interval - intervals[row, MEAN])
    # A packet that was captured late does not turn the clock back.
    flows[row, LAST] = max(flows[row, LAST], time)
    flows[row, FIRST] = min(flows[row, FIRST], time)
