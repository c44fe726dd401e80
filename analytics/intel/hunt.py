"""Looking back: when an indicator is accepted, the events of the last days are searched for it, and make alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, select, update

from analytics.alerts.claim import Claim
from analytics.alerts.upsert import upsert
from analytics.correlation.correlate import Correlator
from analytics.data_folder import DataFolder
from analytics.db import ALERT, reader
from analytics.intake.lock import exclusive
from analytics.intel.detect import claims
from analytics.intel.meet import WATCHED, columns_of, meet
from analytics.intel.policy import Policy
from analytics.intel.records import STALE, entries
from analytics.intel.tables import INDICATOR
from analytics.intel.watchlist import Watchlist, build
from analytics.inventory.inventory import load
from analytics.store.store import Scans
from sensors.contract.batch import EventBatch

# So many indicators are searched for in one pass over the events.
AT_ONCE: Final = 20_000
_AHEAD: Final = timedelta(days=1)
_SETTLED: Final = 2 * STALE


@dataclass(frozen=True, slots=True)
class Hunted:
    """What a hunt did: indicators, events looked at, alerts touched, and whether the limit of events cut it short."""

    indicators: int
    events: int
    alerts: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Hunt:
    """Searches what is stored for indicators that nobody searched for yet. Killed anywhere and run again, the same."""

    engine: Engine
    store: Scans
    folder: DataFolder
    correlator: Correlator
    policy: Policy

    def run(self, now: datetime) -> Hunted:
        """One pass, when there is something to search for."""
        with reader(self.engine).connect() as connection:
            due = _due(connection, now)
            if not due:
                return Hunted(0, 0, 0, False)
            start = now - timedelta(days=self.policy.hunt_days)
            # Published today, it was evil yesterday: only its end counts when looking back.
            watch = build(entries(connection, now, due), since=start)
        said, looked, cut = self._search(watch, start, now)
        # No taker writes meanwhile: an alert is opened by one of us, never by both.
        with exclusive(self.folder), self.engine.begin() as connection:
            alerts = self._write(connection, due, said, now)
        return Hunted(len(due), looked, alerts, cut)

    def _search(self, watch: Watchlist, start: datetime, end: datetime) -> tuple[list[Claim], int, bool]:
        said: list[Claim] = []
        looked = 0
        for dataset in WATCHED if watch.entries else ():
            # What intake stores from now on it looks at with the new list; a sensor's clock may be ahead of ours.
            for table in self.store.scan(dataset, start, end + _AHEAD, columns=columns_of(dataset)):
                if looked + table.num_rows > self.policy.hunt_events:
                    return said, looked, True
                looked += table.num_rows
                said += claims(meet(dataset, table, watch), watch.entries, self.policy, end)
        return said, looked, False

    def _write(self, connection: Connection, due: Sequence[str], said: Sequence[Claim], now: datetime) -> int:
        inventory = load(connection)
        alerts = upsert(connection, _unseen(connection, said), inventory, now).alerts
        self.correlator.correlate(connection, inventory, alerts, (), EventBatch.from_columns("flow", {}), now)
        for start in range(0, len(due), 400):
            mine = INDICATOR.c.id.in_(due[start : start + 400])
            connection.execute(update(INDICATOR).where(mine).values(hunted_at=now))
        return len(alerts)


def _due(connection: Connection, now: datetime) -> list[str]:
    # What detectors did not know of yet must be in the store when it is searched.
    settled = INDICATOR.c.changed_at <= now - _SETTLED
    waiting = (INDICATOR.c.state == "watched", INDICATOR.c.hunted_at.is_(None), settled)
    return list(
        connection.execute(select(INDICATOR.c.id).where(*waiting).order_by(INDICATOR.c.id).limit(AT_ONCE)).scalars()
    )


def _unseen(connection: Connection, said: Sequence[Claim]) -> list[Claim]:
    """Claims without those whose events an alert of the indicator rests on already: seen when they came."""
    rules = sorted({claim.rule_id for claim in said})
    known: dict[str, set[Any]] = {}
    for start in range(0, len(rules), 400):
        mine = ALERT.c.rule_id.in_(rules[start : start + 400])
        for row in connection.execute(select(ALERT.c.rule_id, ALERT.c.events).where(mine)):
            known.setdefault(row.rule_id, set()).update(row.events)
    return [claim for claim in said if not set(claim.event_ids) <= known.get(claim.rule_id, set())]
