"""The clocks of an incident that people and other features stop, and those that a response level starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, update

from analytics.correlation.records import enter
from analytics.db import INCIDENT
from analytics.grading.tables import Words
from analytics.lifecycle import Unknown
from console.calendar.working_time import Calendar
from console.notify.tables import DELIVERY
from console.response.level_file import LevelClock
from console.web.changes import announce
from console.web.clocks import entries
from sensors.contract.batch import time_text

# Moments that start clocks and that no sensor sees.
MOMENTS: Final = {
    "learned": Words("获知", "Learned of it"),
    "receipt": Words("省级平台收到报告", "The province had the report"),
}


def meet_clock(connection: Connection, incident_id: str, clock_id: str, at: datetime, by: str) -> bool:
    """Note that a duty is fulfilled, which stops its clock; whether it was still owed.

    A clock that does not run yet is met before it starts: a report that went up early is up. Unknown without incident.
    """
    row, grading = _grading(connection, incident_id)
    if grading.get("met", {}).get(clock_id):
        return False
    grading["met"] = {**grading.get("met", {}), clock_id: time_text(at)}
    words = Words(f"已完成：{clock_id}", f"Done: {clock_id}")
    for name in ("clocks", "response"):
        clocks = [dict(entry) for entry in grading.get(name, ())]
        for entry in clocks:
            if entry.get("id") == clock_id:
                entry["met"] = time_text(at)
                words = Words(f"已完成：{entry['zh']}", f"Done: {entry['en']}")
        if clocks:
            grading[name] = clocks
    _keep(connection, row, grading, at)
    # A warning that did not go out yet is not needed any more.
    warned = DELIVERY.c.key.startswith(f"clock:{incident_id}:{clock_id}:", autoescape=True)
    connection.execute(update(DELIVERY).where(warned, DELIVERY.c.state == "waiting").values(state="void"))
    enter(connection, incident_id, "met", f"{clock_id}:{time_text(at)}", at, at, words, by)
    return True


def note_moment(connection: Connection, incident_id: str, name: str, moment: datetime, at: datetime, by: str) -> bool:
    """Write down when it was `learned` of, or when the province had our report (`receipt`); whether that is news.

    The proposal counts from it within a minute by itself, or at once by `reconsider`. ValueError for another name or a
    moment still to come.
    """
    if name not in MOMENTS:
        raise ValueError(f"there is no moment {name!r}; one of {', '.join(MOMENTS)}")
    if moment > at:
        raise ValueError(f"{time_text(moment)} has not come yet; enter a moment that has passed")
    row, grading = _grading(connection, incident_id)
    known = grading.get("moments", {})
    if known.get(name) == time_text(moment) or (name == "receipt" and name in known):
        return False
    grading["moments"] = {**known, name: time_text(moment)}
    # The correlator proposes anew at its next round, for those who have no means to do so at once.
    grading["recount"] = True
    _keep(connection, row, grading, at)
    words = MOMENTS[name]
    enter(connection, incident_id, "moment", f"{name}:{time_text(moment)}", moment, at, words, by)
    return True


def set_response_clocks(
    connection: Connection,
    incident_id: str,
    wanted: Sequence[LevelClock],
    event: str,
    moment: datetime,
    calendar: Calendar,
) -> None:
    """Let the response's clocks be those that start with this event; what was met stays shown."""
    row, grading = _grading(connection, incident_id)
    kept = [entry for entry in grading.get("response", ()) if entry.get("met")]
    fresh = [_entry(clock, moment, calendar) for clock in wanted if clock.starts == event]
    grading["response"] = [*kept, *fresh]
    # The same duty may come again with the next response, and is then owed again.
    owed = {clock.id for clock in wanted}
    grading["met"] = {name: met for name, met in grading.get("met", {}).items() if name not in owed}
    connection.execute(update(INCIDENT).where(INCIDENT.c.id == row["id"]).values(grading=grading))


def due_of(clock: LevelClock, moment: datetime, calendar: Calendar) -> datetime:
    """Until when a level's clock runs."""
    ways = {
        "minutes": lambda: moment + timedelta(minutes=clock.amount),
        "days": lambda: moment + timedelta(days=clock.amount),
        "working_hours": lambda: calendar.add_working_hours(moment, clock.amount),
        "working_days": lambda: calendar.add_working_days(moment, clock.amount),
    }
    return ways[clock.unit]()


def clock_of(grading: object, clock_id: str) -> Mapping[str, Any] | None:
    """A clock by its id."""
    return next((entry for entry in entries(grading) if entry.get("id") == clock_id), None)


def _entry(clock: LevelClock, moment: datetime, calendar: Calendar) -> dict[str, Any]:
    due = due_of(clock, moment, calendar)
    unknown = calendar.unknown_years(moment, due) if clock.unit.startswith("working") else ()
    return {
        "id": clock.id,
        "kind": "deadline",
        "from": clock.starts,
        "zh": clock.words.zh,
        "en": clock.words.en,
        "starts": time_text(moment),
        "due": time_text(due),
        "article": clock.article,
        "confidence": clock.confidence,
        **({"unknown_years": list(unknown)} if unknown else {}),
    }


def _grading(connection: Connection, incident_id: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    # Locked where the database can: a proposal made meanwhile must not undo what is written here.
    statement = INCIDENT.select().where(INCIDENT.c.id == incident_id).with_for_update()
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise Unknown(f"incident {incident_id}")
    return dict(row), dict(row["grading"] or {})


def _keep(connection: Connection, row: Mapping[str, Any], grading: dict[str, Any], at: datetime) -> None:
    connection.execute(update(INCIDENT).where(INCIDENT.c.id == row["id"]).values(grading=grading))
    announce(connection, "incident", row["id"], at, row["site_id"])
