"""Probe results as sightings: which weaknesses a batch saw, and which it saw to be absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from analytics.alerts.claim import Why
from analytics.findings.checks import Check
from analytics.findings.finding import Sighting
from sensors.contract.batch import EventBatch
from sensors.contract.fields import PROBE

_PRESENT: Final = {"fail": True, "pass": False}
_COLUMNS: Final = (
    "@timestamp",
    "event.id",
    "gongga.site.id",
    "gongga.check.id",
    "gongga.check.result",
    "gongga.check.location",
    "gongga.check.round",
    "gongga.check.evidence",
    "gongga.check.why",
    "server.ip",
    "url.port",
    "url.full",
)


def sightings(batch: EventBatch, checks: Mapping[str, Check]) -> list[Sighting]:
    """One sighting per weakness and round, in order of time; a fault on one address outweighs cleanness on another."""
    if batch.dataset not in PROBE or not len(batch):
        return []
    rounds: dict[tuple[str, str], Sighting] = {}
    for row in batch.table.select(list(_COLUMNS)).to_pylist():
        sighting = _sighting(row, checks)
        if sighting is None:
            continue
        key = (sighting.key, row["gongga.check.round"] or row["event.id"])
        rounds[key] = _both(rounds[key], sighting) if key in rounds else sighting
    return sorted(rounds.values(), key=lambda sighting: (sighting.at, sighting.key))


def reasons(lines: Iterable[str] | None) -> tuple[Why, ...]:
    """Reasons of `gongga.check.why`: each led by its weight, `0.96|…`; without one, the middle."""
    return tuple(_reason(line) for line in lines or ())


def _reason(line: str) -> Why:
    weight, bar, text = line.partition("|")
    try:
        return Why(min(1.0, max(0.0, float(weight))), text.strip()) if bar else Why(0.5, line)
    except ValueError:
        return Why(0.5, line)


def _sighting(row: Mapping[str, Any], checks: Mapping[str, Check]) -> Sighting | None:
    check = checks.get(row["gongga.check.id"] or "")
    present = _PRESENT.get(row["gongga.check.result"] or "")
    site, at = row["gongga.site.id"], row["@timestamp"]
    if check is None or not check.makes_finding or present is None or not site or at is None:
        return None
    return Sighting(
        site_id=site,
        check_id=check.id,
        location=row["gongga.check.location"] or "",
        present=present,
        at=at,
        addresses=_addresses(row) if present else (),
        evidence=row["gongga.check.evidence"] if present else None,
        why=reasons(row["gongga.check.why"]) if present else (),
        events=(row["event.id"],) if present else (),
        round=row["gongga.check.round"] or "",
    )


def _addresses(row: Mapping[str, Any]) -> tuple[str, ...]:
    address, port = row["server.ip"], row["url.port"]
    if not address:
        return (row["url.full"],) if row["url.full"] else ()
    host = f"[{address}]" if ":" in address else address
    return (f"{host}:{port}" if port else host,)


def _both(first: Sighting, second: Sighting) -> Sighting:
    if first.present != second.present:
        return first if first.present else second
    newer = max(first, second, key=lambda sighting: sighting.at)
    return Sighting(
        site_id=newer.site_id,
        check_id=newer.check_id,
        location=newer.location,
        present=newer.present,
        at=newer.at,
        addresses=tuple(dict.fromkeys((*first.addresses, *second.addresses))),
        evidence=newer.evidence or first.evidence,
        why=newer.why or first.why,
        events=tuple(dict.fromkeys((*first.events, *second.events))),
        round=newer.round,
    )
