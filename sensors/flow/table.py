"""The flow table: rows found by hash, aged in two queues, written out through `done`. Compiled with the engine.

Rows are linked by number: `CHAIN` to the next row of the same bucket (or of the free list), `OLDER` and `NEWER` to the
neighbours in the queue a row waits in. A queue's head is the row that was longest without a packet.
"""

from __future__ import annotations

from sensors.flow.keys import hashed
from sensors.flow.layout import (
    A_HIGH,
    A_LOW,
    B_HIGH,
    B_LOW,
    CHAIN,
    CLOSED,
    EVICTED,
    FLOW_WIDTH,
    HASH,
    IDLE,
    INTERVAL_WIDTH,
    KIND,
    LAST,
    LIMIT_CLOSED,
    LIMIT_FLOWS,
    LIMIT_IDLE,
    LIMIT_MASK,
    NEWER,
    OLDER,
    P_A_HIGH,
    P_A_LOW,
    P_B_HIGH,
    P_B_LOW,
    P_KIND,
    P_PORTS,
    PACKETS,
    PACKETS_BACK,
    PORTS,
    QUEUED,
    REASON,
    S_CLOSED_HEAD,
    S_COUNTED,
    S_DONE,
    S_EVICTED,
    S_FLOWS,
    S_FREE,
    S_FRESH,
    S_OPEN_HEAD,
    S_SERIAL,
    SERIAL,
    Ints,
    Reals,
)

# Which queue a row waits in; its head is in that place of the state, its tail in the next.
OPEN_QUEUE, CLOSED_QUEUE = S_OPEN_HEAD, S_CLOSED_HEAD
# Rows of `done` that one packet may need beside what expires before it.
SPARE = 4


def find(packet: Ints, flows: Ints, buckets: Ints, limits: Ints) -> int:
    """The row of a packet's key; -1 when there is none."""
    row = buckets[hashed(packet, limits) & limits[LIMIT_MASK]]
    while row >= 0:
        if (
            flows[row, A_LOW] == packet[P_A_LOW]
            and flows[row, B_LOW] == packet[P_B_LOW]
            and flows[row, PORTS] == packet[P_PORTS]
            and flows[row, KIND] == packet[P_KIND]
            and flows[row, A_HIGH] == packet[P_A_HIGH]
            and flows[row, B_HIGH] == packet[P_B_HIGH]
        ):
            return int(row)
        row = flows[row, CHAIN]
    return -1


def add(packet: Ints, flows: Ints, buckets: Ints, state: Ints, limits: Ints) -> int:
    """A new row for a packet's key, all else zero, at the tail of the open queue. The table must have room."""
    row = state[S_FREE]
    if row >= 0:
        state[S_FREE] = flows[row, CHAIN]
    else:
        row = state[S_FRESH]
        state[S_FRESH] = row + 1
    for column in range(FLOW_WIDTH):
        flows[row, column] = 0
    flows[row, A_HIGH], flows[row, A_LOW] = packet[P_A_HIGH], packet[P_A_LOW]
    flows[row, B_HIGH], flows[row, B_LOW] = packet[P_B_HIGH], packet[P_B_LOW]
    flows[row, PORTS], flows[row, KIND] = packet[P_PORTS], packet[P_KIND]
    flows[row, HASH] = hashed(packet, limits)
    bucket = flows[row, HASH] & limits[LIMIT_MASK]
    flows[row, CHAIN] = buckets[bucket]
    buckets[bucket] = row
    state[S_SERIAL] += 1
    state[S_FLOWS] += 1
    flows[row, SERIAL] = state[S_SERIAL]
    enqueue(row, OPEN_QUEUE, flows, state)
    return int(row)


def enqueue(row: int, queue: int, flows: Ints, state: Ints) -> None:
    """Put a row that waits nowhere at a queue's tail."""
    tail = state[queue + 1]
    flows[row, QUEUED] = queue
    flows[row, OLDER] = tail
    flows[row, NEWER] = -1
    if tail >= 0:
        flows[tail, NEWER] = row
    else:
        state[queue] = row
    state[queue + 1] = row


def dequeue(row: int, flows: Ints, state: Ints) -> None:
    """Take a row out of its queue."""
    queue = flows[row, QUEUED]
    older, newer = flows[row, OLDER], flows[row, NEWER]
    if older >= 0:
        flows[older, NEWER] = newer
    else:
        state[queue] = newer
    if newer >= 0:
        flows[newer, OLDER] = older
    else:
        state[queue + 1] = older


def wait_again(row: int, queue: int, flows: Ints, state: Ints) -> None:
    """Move a row to the tail of a queue: something was just seen of it."""
    if flows[row, QUEUED] == queue and flows[row, NEWER] < 0:
        return
    dequeue(row, flows, state)
    enqueue(row, queue, flows, state)


def unlink(row: int, flows: Ints, buckets: Ints, limits: Ints) -> None:
    """Take a row out of its bucket."""
    bucket = flows[row, HASH] & limits[LIMIT_MASK]
    other = buckets[bucket]
    if other == row:
        buckets[bucket] = flows[row, CHAIN]
        return
    while flows[other, CHAIN] != row:
        other = flows[other, CHAIN]
    flows[other, CHAIN] = flows[row, CHAIN]


def write(row: int, reason: int, flows: Ints, intervals: Reals, done: Ints, done_intervals: Reals, state: Ints) -> None:
    """Copy a row to the written ones. `done` must have room."""
    at = state[S_DONE]
    for column in range(FLOW_WIDTH):
        done[at, column] = flows[row, column]
    for column in range(INTERVAL_WIDTH):
        done_intervals[at, column] = intervals[row, column]
    done[at, REASON] = reason
    state[S_DONE] = at + 1
    if reason == EVICTED:
        packets = flows[row, PACKETS] + flows[row, PACKETS_BACK]
        state[S_COUNTED] -= packets
        state[S_EVICTED] += packets


def end(
    row: int,
    reason: int,
    flows: Ints,
    intervals: Reals,
    buckets: Ints,
    done: Ints,
    done_intervals: Reals,
    state: Ints,
    limits: Ints,
) -> None:
    """Write a row and free it; one that waits after its close ends as closed, whatever made it end."""
    if flows[row, QUEUED] == CLOSED_QUEUE and reason != EVICTED:
        reason = CLOSED
    write(row, reason, flows, intervals, done, done_intervals, state)
    unlink(row, flows, buckets, limits)
    dequeue(row, flows, state)
    flows[row, CHAIN] = state[S_FREE]
    flows[row, SERIAL] = 0
    state[S_FREE] = row
    state[S_FLOWS] -= 1


def expire(
    time: int,
    flows: Ints,
    intervals: Reals,
    buckets: Ints,
    done: Ints,
    done_intervals: Reals,
    state: Ints,
    limits: Ints,
) -> bool:
    """End what waited too long at this time; False when `done` is too full to go on."""
    for which in range(2):
        queue = CLOSED_QUEUE if which == 0 else OPEN_QUEUE
        patience = limits[LIMIT_CLOSED] if which == 0 else limits[LIMIT_IDLE]
        row = state[queue]
        while row >= 0 and time - flows[row, LAST] > patience:
            if state[S_DONE] + SPARE >= done.shape[0]:
                return False
            end(row, IDLE, flows, intervals, buckets, done, done_intervals, state, limits)
            row = state[queue]
    return bool(state[S_DONE] + SPARE < done.shape[0])


def make_room(
    flows: Ints,
    intervals: Reals,
    buckets: Ints,
    done: Ints,
    done_intervals: Reals,
    state: Ints,
    limits: Ints,
) -> None:
    """When the table is full, write out the oldest row: a closed one first, else the longest silent one."""
    if state[S_FLOWS] < limits[LIMIT_FLOWS]:
        return
    row = state[CLOSED_QUEUE]
    reason = CLOSED
    if row < 0:
        row = state[OPEN_QUEUE]
        reason = EVICTED
    end(row, reason, flows, intervals, buckets, done, done_intervals, state, limits)


def end_all(
    queue: int,
    reason: int,
    flows: Ints,
    intervals: Reals,
    buckets: Ints,
    done: Ints,
    done_intervals: Reals,
    state: Ints,
    limits: Ints,
) -> bool:
    """End every row of a queue; False when `done` is full before."""
    row = state[queue]
    while row >= 0:
        if state[S_DONE] >= done.shape[0]:
            return False
        end(row, reason, flows, intervals, buckets, done, done_intervals, state, limits)
        row = state[queue]
    return True


def rehash(flows: Ints, fresh: int, buckets: Ints, limits: Ints) -> None:
    """Put every row in use below `fresh` into empty buckets."""
    for row in range(fresh):
        if flows[row, SERIAL]:
            bucket = flows[row, HASH] & limits[LIMIT_MASK]
            flows[row, CHAIN] = buckets[bucket]
            buckets[bucket] = row
