"""An alert: the claims of one key that came without a long pause between them, as one row for a person."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from analytics.alerts.claim import LEVELS, MOST_EVENTS, Claim, Why

# A pause longer than this between two claims of one key starts a new alert.
IDLE_GAP: Final = timedelta(hours=1)
MOST_REASONS: Final = 8
# A verdict ends an alert: what comes after it is a new one, never silenced by the old word.
ENDED: Final = frozenset({"false", "benign"})
_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Alert:
    """One row of the alert queue; `version` counts people's changes, not the events that join."""

    id: str
    key: str
    detector: str
    rule_id: str
    title: str
    title_en: str
    level: str
    site_id: str | None
    unit_id: str | None
    county: str | None
    entity: str
    first_seen: datetime
    last_seen: datetime
    count: int
    why: tuple[Why, ...]
    events: tuple[str, ...]
    techniques: tuple[str, ...]
    stage: str | None
    class_code: str | None
    model_id: str | None
    status: str = "new"
    incident_id: str | None = None
    version: int = 1


def key_of(claim: Claim) -> str:
    """What is the same claim, as the detector says; bounded for the table."""
    key = claim.key
    return key if len(key) <= 200 else f"{key[:167]}|{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def opened(claim: Claim, taken: Iterable[str] = (), place: tuple[str | None, str | None] = (None, None)) -> Alert:
    """The alert that a first claim opens; its id follows from key and time, so a second run gives the same."""
    key = key_of(claim)
    unit, county = place
    return Alert(
        id=_identity(key, claim.first_seen, frozenset(taken)),
        key=key,
        detector=claim.detector[:40],
        rule_id=claim.rule_id[:80],
        title=claim.title[:300],
        title_en=(claim.title_en or claim.title)[:300],
        level=claim.level,
        site_id=claim.site_id,
        unit_id=unit,
        county=county,
        entity=claim.entity[:200],
        first_seen=claim.first_seen,
        last_seen=claim.last_seen,
        count=claim.count,
        why=strongest(claim.why),
        events=tuple(dict.fromkeys(claim.event_ids))[:MOST_EVENTS],
        techniques=tuple(dict.fromkeys(claim.techniques)),
        stage=claim.stage,
        class_code=claim.class_code,
        model_id=claim.model_id,
    )


def fits(alert: Alert, claim: Claim, gap: timedelta) -> bool:
    """Whether a claim continues an alert: same key, no verdict against it, no pause over the gap on either side."""
    return (
        alert.status not in ENDED
        and alert.key == key_of(claim)
        and claim.first_seen <= alert.last_seen + gap
        and claim.last_seen >= alert.first_seen - gap
    )


def joined(alert: Alert, claim: Claim) -> Alert:
    """The alert with one more claim in it; the later words of an equally grave claim stand."""
    worse = LEVELS.index(claim.level) - LEVELS.index(alert.level)
    speaks = worse > 0 or (worse == 0 and claim.last_seen >= alert.last_seen)
    return replace(
        alert,
        title=claim.title[:300] if speaks else alert.title,
        title_en=(claim.title_en or claim.title)[:300] if speaks else alert.title_en,
        level=claim.level if worse > 0 else alert.level,
        first_seen=min(alert.first_seen, claim.first_seen),
        last_seen=max(alert.last_seen, claim.last_seen),
        count=alert.count + claim.count,
        why=strongest((*alert.why, *claim.why)),
        events=tuple(dict.fromkeys((*alert.events, *claim.event_ids)))[:MOST_EVENTS],
        techniques=tuple(dict.fromkeys((*alert.techniques, *claim.techniques))),
        stage=alert.stage or claim.stage,
        class_code=alert.class_code or claim.class_code,
        model_id=claim.model_id or alert.model_id,
    )


def strongest(reasons: Iterable[Why]) -> tuple[Why, ...]:
    """The weightiest reasons, each once: of two that differ in their numbers only, the later among equal weights."""
    kept: dict[str, Why] = {}
    for why in reasons:
        same = _NUMBER.sub("#", why.text)
        if same not in kept or why.weight >= kept[same].weight:
            kept[same] = why
    return tuple(sorted(kept.values(), key=lambda why: -why.weight)[:MOST_REASONS])


def why_document(reasons: Iterable[Why]) -> list[dict[str, Any]]:
    """Reasons as they stand in the `why` columns: weight, text, text_en."""
    return [{"weight": why.weight, "text": why.text, "text_en": why.text_en} for why in reasons]


def alert_of(row: Mapping[str, Any]) -> Alert:
    """The alert of a row of the table."""
    return Alert(
        id=row["id"],
        key=row["key"],
        detector=row["detector"],
        rule_id=row["rule_id"],
        title=row["title"],
        title_en=row["title_en"],
        level=row["level"],
        site_id=row["site_id"],
        unit_id=row["unit_id"],
        county=row["county"],
        entity=row["entity"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        count=row["count"],
        why=tuple(Why(item["weight"], item["text"], item.get("text_en", "")) for item in row["why"]),
        events=tuple(row["events"]),
        techniques=tuple(row["techniques"]),
        stage=row["stage"],
        class_code=row["class_code"],
        model_id=row["model_id"],
        status=row["status"],
        incident_id=row["incident_id"],
        version=row["version"],
    )


def _identity(key: str, first_seen: datetime, taken: frozenset[str]) -> str:
    number = 0
    while True:
        text = f"{key}|{first_seen.isoformat()}|{number}"
        identity = f"al-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        if identity not in taken:
            return identity
        number += 1
