"""What the page of messages shows: to whom, whether it went out, who acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, literal, select, true

from analytics.db import INCIDENT
from console.accounts.viewer import Viewer
from console.notify.tables import DELIVERY, DELIVERY_ATTEMPT
from console.web.scope import condition

PAGE: Final = 50
STATES: Final = ("waiting", "sent", "failed", "void")


@dataclass(frozen=True, slots=True)
class Filter:
    """The address parameters of the list."""

    state: str = ""
    kind: str = ""
    ref: str = ""
    before: int = 0


def visible(who: Viewer) -> ColumnElement[bool]:
    """Messages about incidents in scope; all of them for those who see everything."""
    if who.sees_all:
        return true()
    mine = select(literal("incident ").concat(INCIDENT.c.id)).where(condition(INCIDENT, who))
    return DELIVERY.c.ref.in_(mine)


def messages(connection: Connection, who: Viewer, asked: Filter) -> tuple[Sequence[Row[Any]], int | None]:
    """A page of messages, newest first, and the number the next page begins after."""
    statement = select(DELIVERY).where(visible(who))
    for column, value in ((DELIVERY.c.state, asked.state), (DELIVERY.c.kind, asked.kind), (DELIVERY.c.ref, asked.ref)):
        if value:
            statement = statement.where(column == value)
    if asked.before:
        statement = statement.where(DELIVERY.c.id < asked.before)
    rows = connection.execute(statement.order_by(DELIVERY.c.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def one(connection: Connection, who: Viewer, message_id: int) -> Row[Any] | None:
    """A message this viewer may see."""
    statement = select(DELIVERY).where(DELIVERY.c.id == message_id, visible(who))
    return connection.execute(statement).one_or_none()


def attempts(connection: Connection, message_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Every attempt to deliver these messages, the first in front."""
    found: dict[int, list[Row[Any]]] = {message_id: [] for message_id in message_ids}
    wanted = DELIVERY_ATTEMPT.c.delivery_id.in_(message_ids)
    for row in connection.execute(select(DELIVERY_ATTEMPT).where(wanted).order_by(DELIVERY_ATTEMPT.c.id)):
        found[row.delivery_id].append(row)
    return found


def document(row: Row[Any], tried: Sequence[Row[Any]]) -> dict[str, Any]:
    """A message as JSON values."""
    names = ("id", "key", "kind", "recipient", "subject", "ref", "urgent", "exercise_id", "state", "attempts")
    moments = ("created_at", "sent_at", "ack_due", "acked_at")
    return {
        **{name: getattr(row, name) for name in names},
        **{name: moment.isoformat() if (moment := getattr(row, name)) else None for name in moments},
        "channel": row.channel,
        "error": row.error,
        "acked_by": row.acked_by,
        "tried": [
            {"at": each.at.isoformat(), "channel": each.channel, "ok": each.ok, "said": each.said} for each in tried
        ],
    }
