"""Sightings become findings in the database, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from analytics.alerts.alert import why_document
from analytics.db import CHANGE, FINDING, FINDING_MOVE
from analytics.findings.checks import Check
from analytics.findings.finding import Finding, Move, Policy, Sighting, finding_of, first, observed
from analytics.findings.retest import open_orders
from analytics.inventory.inventory import Inventory

_AT_ONCE: Final = 400


@dataclass(frozen=True, slots=True)
class Upserted:
    """The findings that are new, were seen again, or changed their state."""

    findings: tuple[Finding, ...]
    opened: int


def upsert(
    connection: Connection,
    seen: Sequence[Sighting],
    inventory: Inventory,
    checks: Mapping[str, Check],
    policy: Policy,
    at: datetime,
) -> Upserted:
    """Store sightings of sites of the inventory: findings open, are seen again, come back or close."""
    known = {finding.key: finding for finding in _of_keys(connection, sorted({sighting.key for sighting in seen}))}
    stored = dict(known)
    orders = open_orders(connection, seen)
    moves: dict[str, list[Move]] = {}
    for sighting in seen:
        if sighting.site_id not in inventory.sites:
            continue
        finding = known.get(sighting.key)
        if finding is not None:
            known[sighting.key], steps = observed(finding, sighting, policy, orders.get(finding.id))
            moves.setdefault(sighting.key, []).extend(steps)
        elif sighting.present:
            known[sighting.key] = first(sighting)
    changed = [finding for key, finding in known.items() if finding != stored.get(key)]
    for finding in changed:
        _write(connection, finding, stored.get(finding.key), inventory, checks[finding.check_id])
        _history(connection, finding, moves.get(finding.key, ()))
    told = [finding for finding in changed if _is_news(finding, stored.get(finding.key))]
    if told:
        connection.execute(
            insert(CHANGE),
            [{"at": at, "topic": "finding", "ref": finding.id, "site_id": finding.site_id} for finding in told],
        )
    return Upserted(tuple(told), sum(1 for finding in told if finding.key not in stored))


def _is_news(now: Finding, before: Finding | None) -> bool:
    """A clean observation more, with nothing else changed, is kept but is no news."""
    return before is None or now.state != before.state or now.times_seen != before.times_seen


def _of_keys(connection: Connection, keys: Sequence[str]) -> Iterator[Finding]:
    for start in range(0, len(keys), _AT_ONCE):
        part = FINDING.c.key.in_(keys[start : start + _AT_ONCE])
        for row in connection.execute(select(FINDING).where(part)).mappings():
            yield finding_of(dict(row))


def _write(
    connection: Connection, finding: Finding, before: Finding | None, inventory: Inventory, check: Check
) -> None:
    if before is not None:
        connection.execute(update(FINDING).where(FINDING.c.id == finding.id).values(_changing(finding)))
        return
    site = inventory.sites[finding.site_id]
    fixed = {
        "id": finding.id,
        "key": finding.key,
        "site_id": finding.site_id,
        "unit_id": site.unit_id,
        "county": site.county,
        "check_id": finding.check_id,
        "location": finding.location,
        "title": check.title,
        "title_en": check.title_en,
        "severity": check.severity,
        "class_code": check.class_code,
        "incident_id": finding.incident_id,
    }
    connection.execute(insert(FINDING).values({**fixed, **_changing(finding)}))


def _changing(finding: Finding) -> dict[str, Any]:
    return {
        "state": finding.state,
        "first_seen": finding.first_seen,
        "last_seen": finding.last_seen,
        "clean_since": finding.clean_since,
        "clean_times": finding.clean_times,
        "times_seen": finding.times_seen,
        "addresses": list(finding.addresses),
        "evidence": finding.evidence,
        "why": why_document(finding.why),
        "events": list(finding.events),
        "accepted_until": finding.accepted_until,
        "version": finding.version,
    }


def _history(connection: Connection, finding: Finding, moves: Sequence[Move]) -> None:
    for step in moves:
        connection.execute(
            insert(FINDING_MOVE).values(
                finding_id=finding.id,
                at=step.at,
                state_from=step.state_from,
                state_to=step.state_to,
                by=step.by,
                reason=step.reason,
            )
        )
