"""Verdicts on alerts: one, or all that a filter found; each kept in the audit chain, each can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from analytics.alerts.status import allowed, move
from analytics.correlation.inputs import means_of, reconsider_alert
from analytics.correlation.move import Person, add_alerts, open_by_hand
from analytics.db import ALERT
from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.alerts.queries import Filter, conditions, one
from console.audit.chain import record
from console.incidents.queries import one as incident
from console.web.desk import Desk
from console.web.scope import in_scope

VERDICTS: Final = ("true", "benign", "false", "acknowledged", "new")
# A false alarm is only worth something to the rules when it says why.
NEEDS_REASON: Final = frozenset({"false"})
MOST_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a verdict on many came to."""

    matched: int
    changed: int
    skipped: int
    ids: tuple[str, ...]


def judge(here: Desk, who: Viewer, alert_id: str, to: str, reason: str, version: int) -> None:
    """Give one alert a verdict. Unknown, Stale, IllegalMove; ValueError without the reason that it needs."""
    _check(to, reason)
    at = here.clock()
    with here.engine.begin() as connection:
        _seen(connection, who, alert_id)
        move(connection, alert_id, to, by=who.login, at=at, reason=reason or None, version=version)
        reconsider_alert(connection, alert_id, means_of(connection, here.store), Person(who.login, at, reason))
        detail = {"to": to, "reason": reason}
        record(connection, at=at, actor=who.login, action="alert.judge", object=f"alert {alert_id}", detail=detail)


def judge_all(here: Desk, who: Viewer, asked: Filter, until: datetime, to: str, reason: str) -> Bulk:
    """Give a verdict to every alert the filter found up to a moment; those that came later are left alone."""
    _check(to, reason)
    at = here.clock()
    with here.engine.begin() as connection:
        statement = select(ALERT.c.id, ALERT.c.status, ALERT.c.version).where(
            *conditions(asked), ALERT.c.last_seen <= until
        )
        rows = connection.execute(in_scope(statement, ALERT, who).order_by(ALERT.c.id).limit(MOST_AT_ONCE + 1)).all()
        if len(rows) > MOST_AT_ONCE:
            raise ValueError(f"more than {MOST_AT_ONCE} alerts match; narrow the filter")
        changed = [row.id for row in rows if to in allowed(row.status)]
        for row in rows:
            if to in allowed(row.status):
                move(connection, row.id, to, by=who.login, at=at, reason=reason or None, version=row.version)
        means = means_of(connection, here.store)
        for alert_id in changed:
            reconsider_alert(connection, alert_id, means, Person(who.login, at, reason))
        detail = {"to": to, "reason": reason, "filter": asked.address(), "ids": changed}
        record(connection, at=at, actor=who.login, action="alert.judge-all", object="alerts", detail=detail)
    return Bulk(len(rows), len(changed), len(rows) - len(changed), tuple(changed))


def take_back(here: Desk, who: Viewer, ids: Sequence[str]) -> int:
    """Make alerts new again whose verdict this person gave; how many there were."""
    at = here.clock()
    with here.engine.begin() as connection:
        statement = select(ALERT.c.id, ALERT.c.version).where(ALERT.c.id.in_(ids), ALERT.c.verdict_by == who.login)
        rows = connection.execute(in_scope(statement, ALERT, who)).all()
        means = means_of(connection, here.store)
        for row in rows:
            move(connection, row.id, "new", by=who.login, at=at, version=row.version)
            reconsider_alert(connection, row.id, means, Person(who.login, at))
        detail = {"ids": [row.id for row in rows]}
        record(connection, at=at, actor=who.login, action="alert.take-back", object="alerts", detail=detail)
    return len(rows)


def escalate(here: Desk, who: Viewer, alert_id: str, incident_id: str, version: int) -> str:
    """Open an incident of an alert, or add it to one; the incident's id. An alert in an incident leads to that one."""
    at = here.clock()
    with here.engine.begin() as connection:
        row = _seen(connection, who, alert_id)
        if row.incident_id:
            return str(row.incident_id)
        person, means = Person(who.login, at), means_of(connection, here.store)
        if incident_id:
            if incident(connection, who, incident_id) is None:
                raise Unknown(f"incident {incident_id}")
            add_alerts(connection, incident_id, [alert_id], means, person)
        else:
            incident_id = open_by_hand(connection, [alert_id], means, person)
        move(connection, alert_id, "escalated", by=who.login, at=at, version=version)
        detail = {"incident": incident_id}
        record(connection, at=at, actor=who.login, action="alert.escalate", object=f"alert {alert_id}", detail=detail)
    return incident_id


def _check(to: str, reason: str) -> None:
    if to not in VERDICTS:
        raise ValueError(f"there is no verdict {to!r}; known are {', '.join(VERDICTS)}")
    if to in NEEDS_REASON and len(reason.strip()) < 2:
        raise ValueError("a false alarm needs a reason: it teaches the rules")


def _seen(connection: Connection, who: Viewer, alert_id: str) -> Any:
    row = one(connection, who, alert_id)
    if row is None:
        raise Unknown(f"alert {alert_id}")
    return row
