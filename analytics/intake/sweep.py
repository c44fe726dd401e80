"""Working off the inbox: every segment that waits, one taker at a time, none given up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from analytics.intake.intake import Intake, Outcome, waiting
from analytics.intake.lock import exclusive

_LOG: Final = logging.getLogger(__name__)
# A segment that could not be taken waits so long before the next try, twice as long each time.
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=10)


@dataclass(slots=True)
class Sweeper:
    """Takes what waits in the inbox, and remembers what to try again later."""

    intake: Intake
    _later: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)

    def sweep(self, stopped: Callable[[], bool] = lambda: False) -> list[Outcome]:
        """One round over the inbox; what became of each file that was tried."""
        outcomes = []
        for path in waiting(self.intake.folder):
            if stopped():
                break
            due, _ = self._later.get(path.name, (None, FIRST_WAIT))
            if due is not None and due > self.intake.clock():
                continue
            outcome = self._take(path)
            if outcome is not None:
                outcomes.append(outcome)
        return outcomes

    def _take(self, path: Path) -> Outcome | None:
        with exclusive(self.intake.folder):
            if not path.exists():
                return None
            try:
                outcome = self.intake.take(path)
            except Exception:
                # The worker's loop: a fault in one detector must not stop the segments behind this one.
                _LOG.exception("%s: intake failed; it stays in the inbox and is tried again", path.name)
                outcome = Outcome("kept", path.name, reason=f"{path.name}: intake failed; see the log")
        if outcome.kind == "kept":
            _, wait = self._later.get(path.name, (None, FIRST_WAIT / 2))
            wait = min(wait * 2, LONGEST_WAIT)
            self._later[path.name] = (self.intake.clock() + wait, wait)
        else:
            self._later.pop(path.name, None)
            _LOG.info(
                "%s: %s, %d rows, %d alerts, %d findings, %d incidents",
                *(outcome.name, outcome.kind, outcome.rows, outcome.alerts, outcome.findings, outcome.incidents),
            )
        return outcome
