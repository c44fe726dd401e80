"""Ordered re-tests: which of them a batch answers, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from analytics.db import RETEST
from analytics.findings.finding import Sighting
from sensors.contract.batch import EventBatch
from sensors.contract.fields import PROBE
from sensors.contract.orders import ROUND

OPEN: Final = ("ordered", "sent")
_COLUMNS: Final = (
    "event.id",
    "event.reason",
    "gongga.site.id",
    "gongga.check.id",
    "gongga.check.location",
    "gongga.check.result",
    "gongga.check.round",
)
_SAYS: Final = {"pass": "clean", "fail": "present"}
# The worst of several answers counts.
_WORST: Final = ("present", "unknown", "clean")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a round said about the check at the place that an order names."""

    order: str
    site_id: str
    check_id: str
    location: str
    says: str
    reason: str | None
    events: tuple[str, ...]


def open_orders(connection: Connection, seen: Sequence[Sighting]) -> dict[str, str]:
    """The unanswered orders that these sightings speak to, by the finding each was ordered for."""
    ids = {one.round.removeprefix(ROUND) for one in seen if one.round.startswith(ROUND)}
    if not ids:
        return {}
    waiting = select(RETEST.c.finding_id, RETEST.c.id).where(RETEST.c.id.in_(sorted(ids)), RETEST.c.state.in_(OPEN))
    return {row.finding_id: row.id for row in connection.execute(waiting)}


def answer_orders(connection: Connection, batch: EventBatch, at: datetime) -> list[str]:
    """Write down the answers that a batch brings; returns the ids of the orders that were answered."""
    given = []
    for one in answers(batch):
        changed = connection.execute(
            update(RETEST)
            .where(RETEST.c.id == one.order, RETEST.c.state.in_(OPEN), RETEST.c.site_id == one.site_id)
            .where(RETEST.c.check_id == one.check_id, RETEST.c.location == one.location)
            .values(state="answered", answered_at=at, answer=one.says, reason=one.reason, events=list(one.events))
        ).rowcount
        if changed:
            given.append(one.order)
    return given


def answers(batch: EventBatch) -> list[Answer]:
    """The answers of a batch, one an order; a fault at one address outweighs cleanness at another."""
    if batch.dataset not in PROBE or not len(batch):
        return []
    found: dict[tuple[str, str], Answer] = {}
    for row in batch.table.select(list(_COLUMNS)).to_pylist():
        round_name = row["gongga.check.round"] or ""
        if not round_name.startswith(ROUND):
            continue
        says = _SAYS.get(row["gongga.check.result"] or "", "unknown")
        location = (row["gongga.check.location"] or "")[:300]
        one = Answer(
            order=round_name.removeprefix(ROUND),
            site_id=row["gongga.site.id"] or "",
            check_id=row["gongga.check.id"] or "",
            location=location,
            says=says,
            reason=row["event.reason"],
            events=(row["event.id"],),
        )
        key = (one.order, location)
        found[key] = _both(found[key], one) if key in found else one
    return list(found.values())


def _both(first: Answer, second: Answer) -> Answer:
    worst = min(first, second, key=lambda one: _WORST.index(one.says))
    return replace(worst, events=(*first.events, *second.events))
