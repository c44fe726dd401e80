"""Intake: a segment is validated, enriched, stored, looked at by every detector, and marked done with all that came
of it in one transaction. Stopped anywhere and run again, the result is the same."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Protocol

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from analytics.alerts.claim import Claim
from analytics.alerts.upsert import upsert as upsert_alerts
from analytics.correlation.correlate import Correlator
from analytics.data_folder import DataFolder
from analytics.db import SEGMENT, reader
from analytics.findings.checks import Check, load_checks
from analytics.findings.finding import load_policy
from analytics.findings.retest import answer_orders
from analytics.findings.sightings import sightings
from analytics.findings.upsert import upsert as upsert_findings
from analytics.intake.counts import count_hours, record_segment, record_sensor
from analytics.intake.enrich import enrich
from analytics.intake.hits import PendingHits
from analytics.intake.quarantine import quarantine, remove, set_aside
from analytics.inventory.inventory import Inventory
from analytics.store.store import StoreError
from sensors.contract.batch import EventBatch
from sensors.contract.fields import PROBE
from sensors.contract.segment import MAX_SEGMENT_BYTES, Segment, SegmentError, decode

_LOG: Final = logging.getLogger(__name__)


class Appends(Protocol):
    """The part of the event store that intake needs: appending the same segment twice is appending it once."""

    def append(self, segment: Segment) -> int: ...


class Detector(Protocol):
    """Looks at one batch and says what it claims. What it must remember it keeps in the hits it was made with."""

    def detect(self, batch: EventBatch) -> list[Claim]: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file of the inbox. `kept` stays there and is tried again; `reason` is one sentence."""

    kind: Literal["done", "had", "quarantined", "kept"]
    name: str
    rows: int = 0
    alerts: int = 0
    findings: int = 0
    incidents: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes segments out of the inbox. `detectors` makes the detectors over the remembered hits of one segment."""

    engine: Engine
    store: Appends
    detectors: Callable[[PendingHits], Sequence[Detector]]
    inventory: Callable[[Connection], Inventory]
    folder: DataFolder
    clock: Callable[[], datetime]
    correlator: Correlator

    def take(self, path: Path) -> Outcome:
        """Take one segment. What cannot be read goes to quarantine; what cannot be stored now stays."""
        try:
            size = path.stat().st_size
            if size > MAX_SEGMENT_BYTES:
                reason = f"{path.name}: {size} bytes, at most {MAX_SEGMENT_BYTES} are taken"
                set_aside(self.engine, self.folder, path, reason, self.clock())
                return Outcome("quarantined", path.name, reason=reason)
            content = path.read_bytes()
            segment = decode(content, path.name)
        except SegmentError as error:
            return self._refuse(path, content, str(error))
        except (OSError, OperationalError) as error:
            return _kept(path, error)
        if self._is_done(segment):
            remove(path)
            return Outcome("had", path.name, len(segment.batch))
        try:
            outcome = self._process(segment, path.name)
        except (OSError, StoreError, OperationalError) as error:
            return _kept(path, error)
        remove(path)
        return outcome

    def _is_done(self, segment: Segment) -> bool:
        with reader(self.engine).connect() as connection:
            return connection.execute(select(SEGMENT.c.id).where(SEGMENT.c.id == str(segment.id))).first() is not None

    def _process(self, segment: Segment, name: str) -> Outcome:
        # Detection reads only: the one writing transaction stays short, so that people at the desk do not wait for it.
        with reader(self.engine).connect() as connection:
            inventory = self.inventory(connection)
            enriched = Segment(segment.id, enrich(segment.batch, inventory))
            self.store.append(enriched)
            hits = PendingHits(connection)
            claims = [claim for one in self.detectors(hits) for claim in one.detect(enriched.batch)]
        with self.engine.begin() as connection:
            return self._write(connection, enriched, name, inventory, hits, claims)

    def _write(
        self,
        connection: Connection,
        segment: Segment,
        name: str,
        inventory: Inventory,
        hits: PendingHits,
        claims: Sequence[Claim],
    ) -> Outcome:
        now, checks = self.clock(), load_checks()
        hits.write(connection)
        classed = _classed(claims, segment.batch, checks)
        alerts = upsert_alerts(connection, classed, inventory, now)
        seen = sightings(segment.batch, checks)
        findings = upsert_findings(connection, seen, inventory, checks, load_policy(), now)
        answer_orders(connection, segment.batch, now)
        incidents = self.correlator.correlate(
            connection, inventory, alerts.alerts, findings.findings, segment.batch, now
        )
        count_hours(connection, segment.batch)
        record_sensor(connection, segment, now)
        record_segment(connection, segment, now)
        return Outcome("done", name, len(segment.batch), len(alerts.alerts), len(findings.findings), len(incidents))

    def _refuse(self, path: Path, content: bytes, reason: str) -> Outcome:
        try:
            quarantine(self.engine, self.folder, path.name, content, reason, self.clock())
        except (OSError, OperationalError) as error:
            return _kept(path, error)
        remove(path)
        _LOG.warning("%s", reason)
        return Outcome("quarantined", path.name, reason=reason)


def waiting(folder: DataFolder) -> list[Path]:
    """The segments in the inbox, in the order in which they are taken."""
    return sorted(path for path in folder.inbox.glob("*.arrow") if not path.name.startswith("."))


def _classed(claims: Sequence[Claim], batch: EventBatch, checks: Mapping[str, Check]) -> list[Claim]:
    """A claim about a probe's result that names no class gets the class of the check."""
    if batch.dataset not in PROBE or not any(claim.class_code is None for claim in claims):
        return list(claims)
    made = dict(zip(batch.column("event.id"), batch.column("gongga.check.id"), strict=True))
    return [_with_class(claim, checks, made) for claim in claims]


def _with_class(claim: Claim, checks: Mapping[str, Check], made: Mapping[str, str]) -> Claim:
    check = next((checks[made[event]] for event in claim.event_ids if made.get(event) in checks), None)
    return replace(claim, class_code=check.class_code) if check and claim.class_code is None else claim


def _kept(path: Path, error: Exception) -> Outcome:
    full = getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error)
    why = "the disk is full; free some space" if full else str(error).splitlines()[0][:200]
    reason = f"{path.name}: could not be stored now ({why}); it stays in the inbox and is tried again"
    _LOG.error("%s", reason)
    return Outcome("kept", path.name, reason=reason)
