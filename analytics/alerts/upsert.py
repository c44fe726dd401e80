"""Claims become alerts in the database, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from analytics.alerts.alert import IDLE_GAP, Alert, alert_of, fits, joined, key_of, opened, why_document
from analytics.alerts.claim import Claim
from analytics.db import ALERT, CHANGE
from analytics.inventory.inventory import Inventory

_AT_ONCE: Final = 400


@dataclass(frozen=True, slots=True)
class Upserted:
    """The alerts that were opened or that grew."""

    alerts: tuple[Alert, ...]
    opened: int


def upsert(
    connection: Connection, claims: Iterable[Claim], inventory: Inventory, at: datetime, gap: timedelta = IDLE_GAP
) -> Upserted:
    """Store claims: each continues the alert of its key or opens one. Pages are told what changed."""
    ordered = sorted(claims, key=lambda claim: (claim.first_seen, claim.last_seen, key_of(claim)))
    if not ordered:
        return Upserted((), 0)
    known: dict[str, list[Alert]] = {}
    for alert in _of_keys(connection, sorted({key_of(claim) for claim in ordered}), ordered[0].first_seen - gap):
        known.setdefault(alert.key, []).append(alert)
    stored = {alert.id for alerts in known.values() for alert in alerts}
    touched: dict[str, Alert] = {}
    for claim in ordered:
        mine = known.setdefault(key_of(claim), [])
        place = next((number for number in reversed(range(len(mine))) if fits(mine[number], claim, gap)), None)
        if place is None:
            mine.append(opened(claim, (alert.id for alert in mine), _place(inventory, claim.site_id)))
            place = len(mine) - 1
        else:
            mine[place] = joined(mine[place], claim)
        touched[mine[place].id] = mine[place]
    new = [alert for alert in touched.values() if alert.id not in stored]
    _write(connection, touched.values(), stored, at)
    return Upserted(tuple(touched.values()), len(new))


def _of_keys(connection: Connection, keys: Sequence[str], since: datetime) -> Iterator[Alert]:
    for start in range(0, len(keys), _AT_ONCE):
        part = ALERT.c.key.in_(keys[start : start + _AT_ONCE]) & (ALERT.c.last_seen >= since)
        for row in connection.execute(select(ALERT).where(part).order_by(ALERT.c.first_seen, ALERT.c.id)).mappings():
            yield alert_of(dict(row))


def _place(inventory: Inventory, site_id: str | None) -> tuple[str | None, str | None]:
    site = inventory.sites.get(site_id) if site_id else None
    return (site.unit_id, site.county) if site else (None, None)


def _write(connection: Connection, alerts: Iterable[Alert], stored: set[str], at: datetime) -> None:
    changes = []
    for alert in alerts:
        seen = _observed(alert)
        if alert.id in stored:
            connection.execute(update(ALERT).where(ALERT.c.id == alert.id).values(seen))
        else:
            connection.execute(insert(ALERT).values({**_fixed(alert), **seen}))
        changes.append({"at": at, "topic": "alert", "ref": alert.id, "site_id": alert.site_id})
    connection.execute(insert(CHANGE), changes)


def _fixed(alert: Alert) -> dict[str, Any]:
    """What is set once, and what people change."""
    return {
        "id": alert.id,
        "key": alert.key,
        "detector": alert.detector,
        "rule_id": alert.rule_id,
        "site_id": alert.site_id,
        "unit_id": alert.unit_id,
        "county": alert.county,
        "entity": alert.entity,
        "status": alert.status,
        "incident_id": alert.incident_id,
        "version": alert.version,
    }


def _observed(alert: Alert) -> dict[str, Any]:
    """What further claims change."""
    return {
        "title": alert.title,
        "title_en": alert.title_en,
        "level": alert.level,
        "first_seen": alert.first_seen,
        "last_seen": alert.last_seen,
        "count": alert.count,
        "why": why_document(alert.why),
        "events": list(alert.events),
        "techniques": list(alert.techniques),
        "stage": alert.stage,
        "class_code": alert.class_code,
        "model_id": alert.model_id,
    }
