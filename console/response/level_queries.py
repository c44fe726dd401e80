"""What pages and programs see of an incident's response: its level, who was called, its clocks, every signed change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.incidents.queries import one
from console.response.callouts import calls_of
from console.response.level_file import Level, Levels, load_levels
from console.response.level_tables import TICK
from console.response.levels import Standing, history, is_genuine, mechanism_of, standing
from console.response.signing import load_signer
from console.response.slots import Mechanism, Slot
from console.web.clocks import entries


@dataclass(frozen=True, slots=True)
class Told:
    """An incident's response as it stands."""

    incident: Row[Any]
    standing: Standing
    levels: Levels
    level: Level | None
    proposed: Level | None
    calls: Sequence[Row[Any]]
    changes: Sequence[tuple[Row[Any], bool]]
    clocks: Sequence[Mapping[str, Any]]
    mechanism: Mechanism
    checklist: Sequence[tuple[Slot, Row[Any] | None]]
    key_id: str


def response_of(connection: Connection, who: Viewer, data: Path, keys: Path, incident_id: str) -> Told:
    """The response of an incident this viewer may see. Unknown otherwise."""
    incident = one(connection, who, incident_id)
    if incident is None:
        raise Unknown(f"incident {incident_id}")
    now, levels, signer = standing(connection, incident_id), load_levels(data), load_signer(keys)
    mechanism = mechanism_of(connection, data, incident)
    return Told(
        incident=incident,
        standing=now,
        levels=levels,
        level=levels.named(now.level) if now.level else None,
        proposed=levels.proposed(incident.level_confirmed or incident.level_proposed),
        calls=calls_of(connection, incident_id, now.episode),
        changes=[(row, is_genuine(row, signer)) for row in history(connection, incident_id)],
        clocks=[entry for entry in entries(incident.grading) if str(entry.get("id", "")).startswith("L-")],
        mechanism=mechanism,
        checklist=_checklist(connection, incident_id, mechanism),
        key_id=signer.key_id,
    )


def document(told: Told) -> dict[str, Any]:
    """The response as JSON values."""
    return {
        "state": told.standing.state,
        "level": told.standing.level,
        "name": told.level.name.zh if told.level else None,
        "seq": told.standing.seq,
        "proposed": told.proposed.level if told.proposed else None,
        "mechanism": {
            "id": told.mechanism.id,
            "version": told.mechanism.version,
            "label": told.mechanism.label,
            "sha256": told.mechanism.digest,
        },
        "callouts": [_call(row) for row in told.calls],
        "clocks": [dict(entry) for entry in told.clocks],
        "checklist": [
            {"slot": slot.ref, "name": slot.name, "done_at": tick.at.isoformat() if tick else None}
            for slot, tick in told.checklist
        ],
        "history": [_change(row, genuine) for row, genuine in told.changes],
    }


def _change(row: Row[Any], genuine: bool) -> dict[str, Any]:
    names = ("seq", "action", "level", "before", "reason", "by", "statement", "signature", "key_id", "exercise_id")
    return {"at": row.at.isoformat(), "genuine": genuine, **{name: getattr(row, name) for name in names}}


def _call(row: Row[Any]) -> dict[str, Any]:
    names = ("id", "slot", "slot_name", "place", "person", "level", "state", "acked_by")
    times = {name: moment.isoformat() if (moment := getattr(row, name)) else None for name in ("due", "acked_at")}
    return {**{name: getattr(row, name) for name in names}, "called_at": row.called_at.isoformat(), **times}


def _checklist(
    connection: Connection, incident_id: str, mechanism: Mechanism
) -> Sequence[tuple[Slot, Row[Any] | None]]:
    slots = [slot for slot in mechanism.checklist() if slot.kind == "stage"]
    if not slots:
        return ()
    ticks = {row.slot: row for row in connection.execute(select(TICK).where(TICK.c.ref == incident_id))}
    return [(slot, ticks.get(slot.ref)) for slot in slots]
