"""How often somebody may ask: a bucket each, filled evenly, kept in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_MOST_BUCKETS: Final = 10_000


@dataclass(slots=True)
class Limits:
    """So many in a minute; who did not ask for a minute may ask that often at once."""

    per_minute: int
    seconds: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, who: str) -> float:
        """Take one; 0 when there was one, else the seconds until there is."""
        now = self.seconds()
        left = self._now(who, now)
        if left < 1:
            return (1 - left) * 60 / self.per_minute
        if len(self._left) >= _MOST_BUCKETS:
            # Full buckets say nothing; when all are in use somebody floods, and starting anew is the lesser harm.
            self._left = {name: had for name, had in self._left.items() if self._now(name, now) < self.per_minute}
            if len(self._left) >= _MOST_BUCKETS:
                self._left.clear()
        self._left[who] = (left - 1, now)
        return 0.0

    def _now(self, who: str, now: float) -> float:
        left, at = self._left.get(who, (float(self.per_minute), now))
        return min(float(self.per_minute), left + (now - at) * self.per_minute / 60)
