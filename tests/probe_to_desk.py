"""A probe that takes the platform's orders and hands its results to a real intake over a desk's records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from analytics.correlation.correlate import Correlator
from analytics.correlation.policy import load_policy
from analytics.grading.tables import load_tables
from analytics.intake.hits import PendingHits
from analytics.intake.intake import Detector, Intake, Outcome
from analytics.inventory.inventory import load
from console.web.desk import Desk
from sensors.contract.batch import EventBatch
from sensors.contract.segment import SegmentId, seal, write
from sensors.probe.due import DueStore
from sensors.probe.ordered import take_orders
from sensors.probe.scheduler import Scheduler
from sensors.probe.scope import Scope
from sensors.probe.store import open_state
from tests.intake_bench import Shelf, no_look
from tests.probe_values import SETTINGS, means


class Watch:
    """One sensor and one intake; `turn` lets each do what waits for it."""

    def __init__(self, desk: Desk, given: Scope, state: Path) -> None:
        self.desk = desk
        self.state = open_state(state)
        self.due = DueStore(self.state)
        self.got: list[EventBatch] = []
        self.sequence = 0
        wired = means(given, SETTINGS, self.state, now=_now)
        self.probe = Scheduler(wired, self.due, lambda: given, self.got.append, lambda: 0.999, self._look)
        self.intake = Intake(
            engine=desk.engine,
            store=Shelf(),
            detectors=_nothing,
            inventory=load,
            folder=desk.data,
            clock=_now,
            correlator=Correlator(load_policy(), load_tables(), no_look),
        )

    def _look(self) -> None:
        take_orders(self.desk.data.orders, self.due)

    async def turn(self) -> list[Outcome]:
        """Carry out the orders that wait, and take in what came of them."""
        self.probe.start_due()
        await self.probe.settled()
        taken = []
        for batch in self.got:
            self.sequence += 1
            segment = seal(SegmentId("p1", self.sequence), batch)
            taken.append(self.intake.take(write(segment, self.desk.data.inbox)))
        self.got.clear()
        return taken


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing(_hits: PendingHits) -> Sequence[Detector]:
    return ()
