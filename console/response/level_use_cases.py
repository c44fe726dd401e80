"""What people do around a response besides deciding its level: come, tick off, stop a clock, say when they learned."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from analytics.correlation.inputs import means_of, reconsider
from analytics.correlation.move import Person
from analytics.db import UNIT
from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.calendar.working_time import SHANGHAI
from console.incidents.queries import one
from console.notify.links import hash_of
from console.notify.tables import DELIVERY
from console.response import callouts
from console.response.clocks import clock_of, meet_clock, note_moment
from console.response.level_tables import CALLOUT, TICK
from console.response.levels import mechanism_of
from console.response.mechanism import load_mechanism
from console.web.changes import announce
from console.web.desk import Desk


class NotYours(PermissionError):
    """The call is for somebody else, and the viewer may not answer for others."""

    zh: Final = "这是对他人的通知；只有参与处置的人员可以代为确认"


def come(here: Desk, who: Viewer, callout_id: int) -> str:
    """Acknowledge a call: one's own, or another's who said so by telephone. Its incident. Unknown, NotYours."""
    with here.engine.begin() as connection:
        row = connection.execute(select(CALLOUT).where(CALLOUT.c.id == callout_id)).one_or_none()
        if row is None or one(connection, who, row.incident_id) is None:
            raise Unknown(f"call {callout_id}")
        own = row.account == who.login
        if not own and not who.may("response.work"):
            raise NotYours("this call is for somebody else; only those who work on responses answer for others")
        callouts.acknowledge(connection, callout_id, who.login, here.clock(), "desk" if own else "phone")
    return str(row.incident_id)


def called_by(connection: Connection, token: str) -> Row[Any] | None:
    """The message that a link belongs to."""
    if not 20 <= len(token) <= 80:
        return None
    return connection.execute(select(DELIVERY).where(DELIVERY.c.ack_hash == hash_of(token))).one_or_none()


def tick(here: Desk, who: Viewer, incident_id: str, slot: str) -> None:
    """Tick a stage of the mechanism off, once. Unknown for an incident or a stage there is not."""
    with here.engine.begin() as connection:
        incident = _seen(connection, who, incident_id)
        mechanism = mechanism_of(connection, here.data.root, incident)
        if slot not in {one.ref for one in mechanism.checklist()}:
            raise Unknown(f"stage {slot} in the mechanism {mechanism.label}")
        known = select(TICK.c.at).where(TICK.c.ref == incident_id, TICK.c.slot == slot)
        if connection.execute(known).first() is not None:
            return
        now = here.clock()
        connection.execute(insert(TICK).values(ref=incident_id, slot=slot, at=now, by=who.login))
        announce(connection, "incident", incident_id, now, incident.site_id)
        _recorded(connection, who, now, "mechanism.tick", incident_id, {"slot": slot})


def tick_period(here: Desk, who: Viewer, slot: str) -> None:
    """Tick a period of this year off the mechanism in force, once. Unknown for a period there is not."""
    now = here.clock()
    today = now.astimezone(SHANGHAI).date()
    with here.engine.begin() as connection:
        ours = load_mechanism(here.data.root, today, frozenset(connection.execute(select(UNIT.c.id)).scalars()))
        if slot not in {one.ref for one in ours.checklist() if one.kind == "period"}:
            raise Unknown(f"period {slot} in the mechanism {ours.label}")
        mine = select(TICK.c.at).where(TICK.c.ref == str(today.year), TICK.c.slot == slot)
        if connection.execute(mine).first() is not None:
            return
        connection.execute(insert(TICK).values(ref=str(today.year), slot=slot, at=now, by=who.login))
        detail = {"slot": slot, "year": today.year}
        record(connection, at=now, actor=who.login, action="mechanism.tick", object="mechanism", detail=detail)


def stop_clock(here: Desk, who: Viewer, incident_id: str, clock_id: str) -> None:
    """Say that a duty is fulfilled. Unknown for a clock that the incident does not have."""
    with here.engine.begin() as connection:
        incident = _seen(connection, who, incident_id)
        if clock_of(incident.grading, clock_id) is None:
            raise Unknown(f"clock {clock_id} on incident {incident_id}")
        now = here.clock()
        if meet_clock(connection, incident_id, clock_id, now, who.login):
            _recorded(connection, who, now, "clock.meet", incident_id, {"clock": clock_id})


def learned(here: Desk, who: Viewer, incident_id: str, moment: datetime) -> None:
    """Say when it was learned of, which may start the clocks earlier. ValueError for a moment that cannot be."""
    if not 2000 <= moment.year < 2200:
        raise ValueError(f"{moment.isoformat()} is no moment at which this was learned of; mend the year")
    with here.engine.begin() as connection:
        _seen(connection, who, incident_id)
        now = here.clock()
        if note_moment(connection, incident_id, "learned", moment, now, who.login):
            reconsider(connection, incident_id, means_of(connection, here.store), Person(who.login, now))
            _recorded(connection, who, now, "clock.learned", incident_id, {"moment": moment.isoformat()})


def _seen(connection: Connection, who: Viewer, incident_id: str) -> Row[Any]:
    found = one(connection, who, incident_id)
    if found is None:
        raise Unknown(f"incident {incident_id}")
    return found


def _recorded(
    connection: Connection, who: Viewer, at: datetime, action: str, incident_id: str, detail: dict[str, str]
) -> None:
    record(connection, at=at, actor=who.login, action=action, object=f"incident/{incident_id}", detail=detail)
