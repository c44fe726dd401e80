"""Calling people in: who, until when they acknowledge, and who is called next when they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from analytics.correlation.records import enter
from analytics.db import INCIDENT
from analytics.findings.finding import MACHINE
from analytics.grading.tables import Words
from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.audit.chain import record
from console.calendar.working_time import SHANGHAI
from console.notify.links import PLACE, hash_of, token_of
from console.notify.tables import DELIVERY
from console.notify.tell import Message, tell
from console.notify.wording import worded
from console.response.level_file import Level
from console.response.level_tables import CALLOUT
from console.response.people import Person, people_of
from console.response.slots import Mechanism, Slot
from console.web.changes import announce

# escalated: the next one was called. late: nobody is left to call. void: the response ended.
MOVES: Final = {
    "called": frozenset({"acknowledged", "escalated", "late", "void"}),
    "escalated": frozenset({"acknowledged", "void"}),
    "late": frozenset({"acknowledged", "void"}),
    "acknowledged": frozenset(),
    "void": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Call:
    """What people are called in for."""

    incident: Row[Any]
    episode: int
    level: Level
    reason: str
    at: datetime
    exercise_id: int | None
    # The key that links are made from.
    key: bytes


def call_in(connection: Connection, call: Call, mechanism: Mechanism) -> Sequence[str]:
    """Call the first person of every slot that the level calls and that is not called yet; the slots' names."""
    wanted = mechanism.escalation(call.level.calls)
    if wanted is None:
        return ()
    mine = (CALLOUT.c.incident_id == call.incident.id, CALLOUT.c.episode == call.episode)
    known = set(connection.execute(select(CALLOUT.c.slot).where(*mine)).scalars())
    called = [slot for slot in mechanism.called(call.level.calls) if slot.ref not in known]
    for slot in called:
        person = people_of(connection, slot, call.incident.county)[0]
        _call(connection, call, slot, 0, person, wanted.within, None)
    return [slot.ref for slot in called]


def call_off(connection: Connection, incident_id: str, at: datetime) -> None:
    """The response ended: nobody needs to come any more, and what was not sent is not sent."""
    waiting = (CALLOUT.c.incident_id == incident_id, CALLOUT.c.state.in_([s for s in MOVES if "void" in MOVES[s]]))
    deliveries = connection.execute(select(CALLOUT.c.delivery_id).where(*waiting)).scalars().all()
    connection.execute(update(CALLOUT).where(*waiting).values(state="void"))
    unsent = (DELIVERY.c.id.in_(deliveries), DELIVERY.c.state == "waiting")
    connection.execute(update(DELIVERY).where(*unsent).values(state="void"))


def call_next(connection: Connection, callout_id: int, mechanism: Mechanism, call: Call) -> str:
    """The one who was called did not acknowledge in time: call the next of the slot, then the one who stands in.

    Returns what became of the call, `escalated` or `late`. Stale when somebody acknowledged meanwhile.
    """
    row = connection.execute(select(CALLOUT).where(CALLOUT.c.id == callout_id)).one()
    wanted = mechanism.escalation(call.level.calls)
    chain = _chain(connection, mechanism, row.slot, wanted.then if wanted else None, call.incident.county)
    already = _called_before(connection, row)
    following = next((person for person in chain if person.name not in already), None)
    state = "escalated" if following else "late"
    _move(connection, row, state, {})
    if following and wanted:
        slot = _slot(mechanism, row.slot, row.slot_name)
        _call(connection, call, slot, row.place + 1, following, wanted.within, row.person)
    words = Words(
        f"{row.slot_name} {row.person} 未在时限内应答" + (f"，已转 {following.name}" if following else "，已无人可转"),
        f"{row.person} ({row.slot}) did not acknowledge in time"
        + (f"; {following.name} is called" if following else "; nobody is left to call"),
    )
    enter(connection, row.incident_id, "callout", f"late:{row.id}", call.at, call.at, words, MACHINE)
    announce(connection, "incident", row.incident_id, call.at, call.incident.site_id)
    detail = {"slot": row.slot, "person": row.person, "next": following.name if following else None}
    incident = f"incident/{row.incident_id}"
    record(connection, at=call.at, actor=MACHINE, action=f"callout.{state}", object=incident, detail=detail)
    return state


def acknowledge(connection: Connection, callout_id: int, by: str, at: datetime, how: str) -> Row[Any]:
    """Somebody comes. Unknown, IllegalMove for a call that is settled, Stale. `how`: desk, link, phone."""
    row = connection.execute(select(CALLOUT).where(CALLOUT.c.id == callout_id)).one_or_none()
    if row is None:
        raise Unknown(f"call {callout_id}")
    if row.state == "acknowledged":
        return row
    if "acknowledged" not in MOVES[row.state]:
        raise IllegalMove(f"call {callout_id}", row.state, "acknowledged")
    _move(connection, row, "acknowledged", {"acked_at": at, "acked_by": by})
    mine = (DELIVERY.c.id == row.delivery_id, DELIVERY.c.acked_at.is_(None))
    connection.execute(update(DELIVERY).where(*mine).values(acked_at=at, acked_by=by))
    unsent = (DELIVERY.c.id == row.delivery_id, DELIVERY.c.state == "waiting")
    connection.execute(update(DELIVERY).where(*unsent).values(state="void"))
    words = Words(f"{row.slot_name} {row.person} 已确认到岗", f"{row.person} ({row.slot}) acknowledged the call")
    enter(connection, row.incident_id, "callout", f"ack:{row.id}", at, at, words, by)
    site = connection.execute(select(INCIDENT.c.site_id).where(INCIDENT.c.id == row.incident_id)).scalar_one()
    announce(connection, "incident", row.incident_id, at, site)
    detail = {"slot": row.slot, "person": row.person, "how": how}
    incident = f"incident/{row.incident_id}"
    record(connection, at=at, actor=by, action="callout.acknowledge", object=incident, detail=detail)
    return row


def calls_of(connection: Connection, incident_id: str, episode: int) -> Sequence[Row[Any]]:
    """Everybody who was called in a response, slot by slot."""
    mine = (CALLOUT.c.incident_id == incident_id, CALLOUT.c.episode == episode)
    rows = connection.execute(select(CALLOUT).where(*mine).order_by(CALLOUT.c.id)).all()
    order = {slot: place for place, slot in enumerate(dict.fromkeys(row.slot for row in rows))}
    return sorted(rows, key=lambda row: (order[row.slot], row.place))


def _call(
    connection: Connection, call: Call, slot: Slot, place: int, person: Person, within: timedelta, before: str | None
) -> None:
    """Put the call down and queue its message; `before` is who did not answer."""
    message = _message(call, slot, place, person, call.at + within, before)
    values = {
        "incident_id": call.incident.id,
        "episode": call.episode,
        "slot": slot.ref,
        "slot_name": slot.name,
        "place": place,
        "person": person.name[:120],
        "account": person.account or None,
        "phone": person.phone or None,
        "level": call.level.level,
        "state": "called",
        "called_at": call.at,
        "due": message.ack_due,
        "delivery_id": tell(connection, message, call.at, call.exercise_id),
        "exercise_id": call.exercise_id,
    }
    connection.execute(insert(CALLOUT).values(values))


def _message(call: Call, slot: Slot, place: int, person: Person, due: datetime, before: str | None) -> Message:
    key = f"callout:{call.incident.id}:{call.episode}:{slot.ref}:{place}"
    subject, text = worded(
        "callout" if before is None else "escalated",
        level=call.level.name.zh,
        slot=slot.name,
        title=call.incident.title,
        incident=call.incident.id,
        due=due.astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
        reason=call.reason,
        before=before or "",
        ack_link=PLACE,
    )
    return Message(
        key=key,
        kind="callout",
        to=person.recipient(),
        subject=subject,
        text=text,
        ref=f"incident {call.incident.id}",
        urgent=True,
        ack_due=due,
        ack_hash=hash_of(token_of(call.key, key)),
    )


def _move(connection: Connection, row: Row[Any], to: str, values: dict[str, Any]) -> None:
    if to not in MOVES[row.state]:
        raise IllegalMove(f"call {row.id}", row.state, to)
    still = (CALLOUT.c.id == row.id, CALLOUT.c.state == row.state)
    if connection.execute(update(CALLOUT).where(*still).values(state=to, **values)).rowcount != 1:
        raise Stale(f"call {row.id}")


def _chain(
    connection: Connection, mechanism: Mechanism, slot: str, then: str | None, county: str | None
) -> list[Person]:
    targets = [slot, *([then] if then else [])]
    found = [one for target in targets for one in mechanism.slots_of(target)]
    return [person for one in found for person in people_of(connection, one, county)]


def _called_before(connection: Connection, row: Row[Any]) -> set[str]:
    mine = (CALLOUT.c.incident_id == row.incident_id, CALLOUT.c.episode == row.episode, CALLOUT.c.slot == row.slot)
    return set(connection.execute(select(CALLOUT.c.person).where(*mine)).scalars())


def _slot(mechanism: Mechanism, ref: str, name: str) -> Slot:
    group, _, key = ref.partition("/")
    return next((slot for slot in mechanism.slots if slot.ref == ref), Slot(group, key, name, "org"))
