"""One meter: the engine with its tables, fed with frames, giving written flows and picked payloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sensors.flow import layout
from sensors.flow.engine import Engine
from sensors.flow.settings import MeterSettings, microseconds

DONE_ROWS: Final = 8192
PICK_ROWS: Final = 4096
FIRST_ROWS: Final = 4096


@dataclass(slots=True)
class Taken:
    """What one call of the engine left: picked payloads and written flows, valid until the next call."""

    picks: layout.Ints
    flows: layout.Ints
    done: layout.Ints
    done_intervals: layout.Reals


class Meter:
    """Flows of the packets it is fed, in bounded memory: the table grows by doubling up to the setting's limit."""

    def __init__(self, engine: Engine, settings: MeterSettings) -> None:
        self._engine = engine
        self._limits = _limits(settings)
        rows = min(FIRST_ROWS, settings.max_flows)
        self._most = settings.max_flows
        self._flows = np.zeros((rows, layout.FLOW_WIDTH), np.int64)
        self._intervals = np.zeros((rows, layout.INTERVAL_WIDTH), np.float64)
        self._buckets = np.full(_buckets(rows), -1, np.int64)
        self._limits[layout.LIMIT_FLOWS] = rows
        self._limits[layout.LIMIT_MASK] = len(self._buckets) - 1
        self._packet = np.zeros(layout.PACKET_WIDTH, np.int64)
        self._fragments = np.zeros((layout.FRAGMENT_SLOTS, layout.FRAGMENT_WIDTH), np.int64)
        self._picks = np.zeros((PICK_ROWS, layout.PICK_WIDTH), np.int64)
        self._done = np.zeros((DONE_ROWS, layout.FLOW_WIDTH), np.int64)
        self._done_intervals = np.zeros((DONE_ROWS, layout.INTERVAL_WIDTH), np.float64)
        self._state = np.zeros(layout.STATE_WIDTH, np.int64)
        for place in (
            layout.S_FREE,
            layout.S_OPEN_HEAD,
            layout.S_OPEN_TAIL,
            layout.S_CLOSED_HEAD,
            layout.S_CLOSED_TAIL,
        ):
            self._state[place] = -1

    @property
    def counted(self) -> int:
        """Packets in flows that were not cut short."""
        return int(self._state[layout.S_COUNTED])

    @property
    def evicted(self) -> int:
        """Packets in flows that were written out early because the table was full."""
        return int(self._state[layout.S_EVICTED])

    @property
    def refused(self) -> dict[str, int]:
        """Packets that are in no flow, by reason."""
        counts = self._state[layout.S_REFUSED : layout.S_REFUSED + len(layout.REFUSALS)]
        return {why: int(n) for why, n in zip(layout.REFUSALS, counts, strict=True) if n}

    def feed(self, buffer: Any, frames: layout.Ints, count: int, take: Callable[[Taken], None]) -> None:
        """Take the first `count` frames of a buffer, giving `take` what comes out on the way."""
        view = self._engine.view
        begin = 0
        while begin < count:
            if self._state[layout.S_FLOWS] * 2 > len(self._flows):
                self._grow()
            # While the table can still grow it may only fill up to its end, never evict.
            room = len(self._flows) - int(self._state[layout.S_FLOWS])
            until = count if len(self._flows) >= self._most else min(count, begin + max(1, room))
            begin = self._engine.meter(
                view(buffer),
                view(frames),
                begin,
                until,
                view(self._packet),
                view(self._flows),
                view(self._intervals),
                view(self._buckets),
                view(self._fragments),
                view(self._picks),
                view(self._done),
                view(self._done_intervals),
                view(self._state),
                view(self._limits),
            )
            self._hand_over(take)

    def flush(self, take: Callable[[Taken], None]) -> None:
        """Write every flow that is still open: the input is at its end."""
        view = self._engine.view
        for queue, reason in ((layout.S_CLOSED_HEAD, layout.CLOSED), (layout.S_OPEN_HEAD, layout.FLUSHED)):
            while not self._engine.end_all(
                queue,
                reason,
                view(self._flows),
                view(self._intervals),
                view(self._buckets),
                view(self._done),
                view(self._done_intervals),
                view(self._state),
                view(self._limits),
            ):
                self._hand_over(take)
        self._hand_over(take)

    def _hand_over(self, take: Callable[[Taken], None]) -> None:
        picks, done = int(self._state[layout.S_PICKS]), int(self._state[layout.S_DONE])
        if picks or done:
            take(Taken(self._picks[:picks], self._flows, self._done[:done], self._done_intervals[:done]))
        self._state[layout.S_PICKS] = 0
        self._state[layout.S_DONE] = 0

    def _grow(self) -> None:
        rows = min(len(self._flows) * 2, self._most)
        if rows == len(self._flows):
            return
        self._flows = _longer(self._flows, rows)
        self._intervals = _longer(self._intervals, rows)
        self._limits[layout.LIMIT_FLOWS] = rows
        buckets = np.full(_buckets(rows), -1, np.int64)
        self._limits[layout.LIMIT_MASK] = len(buckets) - 1
        view = self._engine.view
        fresh = int(self._state[layout.S_FRESH])
        self._engine.rehash(view(self._flows), fresh, view(buckets), view(self._limits))
        self._buckets = buckets


def _longer(array: Any, rows: int) -> Any:
    longer = np.zeros((rows, array.shape[1]), array.dtype)
    longer[: len(array)] = array
    return longer


def _buckets(rows: int) -> int:
    return 1 << max(4, (rows * 2 - 1).bit_length())


def _limits(settings: MeterSettings) -> layout.Ints:
    limits = np.zeros(layout.LIMIT_WIDTH, np.int64)
    limits[layout.LIMIT_IDLE] = microseconds(settings.idle_timeout)
    limits[layout.LIMIT_ACTIVE] = microseconds(settings.active_timeout)
    limits[layout.LIMIT_CLOSED] = microseconds(settings.closed_timeout)
    limits[layout.LIMIT_VLAN] = settings.vlan_in_key
    limits[layout.LIMIT_DECAPSULATE] = settings.decapsulate
    limits[layout.LIMIT_MESSAGE_BYTES] = settings.message_bytes
    limits[layout.LIMIT_MESSAGES] = settings.messages
    limits[layout.LIMIT_SEED] = settings.seed
    return limits
