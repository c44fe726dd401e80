"""How much one address may send in a minute, counted in memory: a restart forgets, which does no harm."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

_MOST_ADDRESSES: Final = 10_000


@dataclass(slots=True)
class Rate:
    """So many in each minute of the clock, for each address."""

    most: int
    _minute: int = 0
    _seen: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self, address: str, now: datetime) -> bool:
        """Count one more; whether it is still within the limit."""
        with self._lock:
            self._turn(now)
            if address not in self._seen and len(self._seen) >= _MOST_ADDRESSES:
                return False
            self._seen[address] = self._seen.get(address, 0) + 1
            return self._seen[address] <= self.most

    def has_room(self, address: str, now: datetime) -> bool:
        """Whether one more would be within the limit; nothing is counted."""
        with self._lock:
            self._turn(now)
            return self._seen.get(address, 0) < self.most

    def _turn(self, now: datetime) -> None:
        minute = int(now.timestamp() // 60)
        if minute != self._minute:
            self._minute = minute
            self._seen.clear()
