"""`Outcome`: what one check item came to, and how outcomes become event batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from sensors.contract.batch import EventBatch
from sensors.contract.fields import PROBE_WEB, fields_of
from sensors.probe.masking import mask

FAIL: Final = "fail"
CLEAN: Final = "pass"
UNKNOWN: Final = "unknown"
BLOCKED: Final = "blocked"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one check item. `why` holds `weight|reason`, strongest first; `reason` says why a check that could
    not be made could not; `facts` are further columns of the dataset by their dotted names."""

    dataset: str
    check_id: str
    result: str
    url: str
    location: str = ""
    evidence: str = ""
    why: tuple[str, ...] = ()
    reason: str | None = None
    address: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a family on a site: who asked, under which authorisation, from when to when."""

    site: str
    unit: str
    scope_id: str
    round: str
    attempt: int
    started: datetime
    ended: datetime


def why(weight: float, reason: str) -> str:
    """A reason with its weight, as events carry it."""
    return f"{weight:.2f}|{reason}"


def unable(dataset: str, check_id: str, url: str, reason: str, location: str = "") -> Outcome:
    """The outcome of a check that could not be made."""
    return Outcome(dataset, check_id, UNKNOWN, url, location, reason=reason)


def held(outcome: Outcome, reason: str) -> Outcome:
    """A fault that is not claimed, for this reason: its facts stay, its result becomes unknown."""
    return replace(outcome, result=UNKNOWN, reason=reason) if outcome.result == FAIL else outcome


def batches(results: Iterable[tuple[Run, Outcome]]) -> list[EventBatch]:
    """One batch per dataset, in the order the datasets first appear."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for run, outcome in results:
        rows.setdefault(outcome.dataset, []).append(_row(run, outcome))
    return [_batch(dataset, found) for dataset, found in rows.items()]


def _batch(dataset: str, rows: list[dict[str, Any]]) -> EventBatch:
    names = [item.name for item in fields_of(dataset)]
    columns = {name: [row.get(name) for row in rows] for name in names}
    return EventBatch.from_columns(dataset, {name: column for name, column in columns.items() if any_set(column)})


def any_set(column: list[Any]) -> bool:
    """Whether a column holds anything."""
    return any(value is not None for value in column)


def _row(run: Run, outcome: Outcome) -> dict[str, Any]:
    parts = urlsplit(outcome.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    row: dict[str, Any] = {
        "@timestamp": run.ended,
        "event.dataset": outcome.dataset,
        "event.kind": "state",
        "event.start": run.started,
        "event.end": run.ended,
        "event.duration": int((run.ended - run.started).total_seconds() * 1_000_000_000),
        "event.outcome": _event_outcome(outcome),
        "event.reason": outcome.reason,
        "destination.ip": outcome.address,
        "destination.port": port,
        "server.ip": outcome.address,
        "url.full": outcome.url,
        "url.port": port,
        "gongga.site.id": run.site,
        "gongga.unit.id": run.unit or None,
        "gongga.scope.id": run.scope_id,
        "gongga.check.id": outcome.check_id,
        "gongga.check.result": outcome.result,
        "gongga.check.location": outcome.location,
        "gongga.check.evidence": mask(outcome.evidence) if outcome.evidence else None,
        "gongga.check.why": list(outcome.why) or None,
        "gongga.check.round": run.round,
        "gongga.check.attempt": run.attempt,
    }
    if outcome.dataset in PROBE_WEB:
        row |= {
            "url.original": (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            "url.path": parts.path or "/",
            "url.query": parts.query or None,
            "url.domain": parts.hostname,
        }
    return row | dict(outcome.facts)


def _event_outcome(outcome: Outcome) -> str:
    if outcome.reason is None:
        return "success"
    return "failure" if outcome.result in (FAIL, UNKNOWN) else "unknown"
