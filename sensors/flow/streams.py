"""Bytes of one direction put in order: segments late, twice, overlapping or missing."""

from __future__ import annotations

_WHOLE, _HALF = 0xFFFFFFFF, 0x80000000


class Stream:
    """The bytes that follow a sequence number without a gap, up to a limit; the first copy of a byte counts."""

    def __init__(self, base: int, limit: int) -> None:
        self.base = base
        self.data = bytearray()
        self._limit = limit
        self._waiting: dict[int, bytes] = {}
        self._waiting_bytes = 0

    def put(self, sequence: int, payload: bytes) -> None:
        """Take a segment; what lies before the base or beyond the limit is left out."""
        offset = distance(self.base, sequence)
        if offset < 0:
            payload, offset = payload[-offset:], 0
        if offset > len(self.data):
            if offset < self._limit and self._waiting_bytes + len(payload) <= self._limit:
                held = self._waiting.get(offset, b"")
                if len(payload) > len(held):
                    self._waiting[offset] = payload
                    self._waiting_bytes += len(payload) - len(held)
            return
        self._append(offset, payload)
        while self._waiting:
            ready = min(self._waiting)
            if ready > len(self.data):
                return
            payload = self._waiting.pop(ready)
            self._waiting_bytes -= len(payload)
            self._append(ready, payload)

    def _append(self, offset: int, payload: bytes) -> None:
        self.data += payload[len(self.data) - offset :][: max(0, self._limit - len(self.data))]


def distance(start: int, sequence: int) -> int:
    """How far a sequence number lies after another, over the wrap; negative before it."""
    step = (sequence - start) & _WHOLE
    return step - _WHOLE - 1 if step >= _HALF else step
