"""What waits to go out. A message is queued in the transaction of what it tells of, and leaves in that order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from analytics.lifecycle import IllegalMove, Unknown
from console.exercise.state import current_id
from console.province.link import active_link, why_held
from console.province.markings import rank
from console.province.tables import OUTBOX
from console.province.uuid7 import uuid7
from console.web.changes import announce

# These speak of the link itself and follow it; everything else is business and follows the exercise it was made in.
ABOUT_THE_LINK: Final = frozenset({"receipt", "reconciliation", "heartbeat"})
KINDS: Final = frozenset({"event_report", "instruction", "instruction_step", "intel_share"}) | ABOUT_THE_LINK
# waiting: to be sent; sent: under way, no receipt yet; stored: the peer has it; accepted or returned: what it made of
# it; held: may not leave; dead: a person gave it up.
MOVES: Final[Mapping[str, frozenset[str]]] = {
    # A business receipt may overtake the transport receipt, which was lost or is still on its way.
    "waiting": frozenset({"sent", "held", "dead", "accepted", "returned"}),
    "held": frozenset({"waiting", "dead", "accepted", "returned"}),
    "sent": frozenset({"sent", "held", "waiting", "stored", "accepted", "returned", "dead"}),
    "stored": frozenset({"stored", "accepted", "returned"}),
    "returned": frozenset({"waiting", "dead", "accepted"}),
    "accepted": frozenset(),
    "dead": frozenset({"waiting", "accepted", "returned"}),
}
STATES: Final = tuple(MOVES)
# What still needs the link or a person.
BACKLOG: Final = ("waiting", "sent", "held")


def enqueue(
    connection: Connection,
    kind: str,
    body: Mapping[str, Any],
    *,
    at: datetime,
    ref: str,
    marking: str = "内部",
    exercise_id: int | None = None,
) -> str:
    """Queue a message to the province inside the caller's transaction; its id.

    Without an `exercise_id` it belongs to the exercise that runs, if one does: what forgets to say must not pass for
    real. What may not go over the link is held with the reason. ValueError for a kind or a marking that does not exist.
    """
    if exercise_id is None and kind not in ABOUT_THE_LINK:
        exercise_id = current_id(connection)
    return put(connection, kind, body, at=at, ref=ref, marking=marking, exercise_id=exercise_id)


def put(
    connection: Connection,
    kind: str,
    body: Mapping[str, Any],
    *,
    at: datetime,
    ref: str,
    marking: str,
    exercise_id: int | None,
) -> str:
    """As `enqueue`, for what follows from another row and takes that row's exercise or reality exactly."""
    if kind not in KINDS:
        raise ValueError(f"there is no message kind {kind!r}; one of {', '.join(sorted(KINDS))}")
    rank(marking)
    link = active_link(connection)
    follows = link is not None and kind in ABOUT_THE_LINK
    for_exercise = bool(link.is_exercise) if link is not None and follows else exercise_id is not None
    reason = why_held(link, marking, for_exercise) if link is not None else None
    message_id = uuid7(at)
    connection.execute(
        insert(OUTBOX).values(
            message_id=message_id,
            peer=link.peer if link is not None else None,
            kind=kind,
            ref=ref,
            body=dict(body),
            marking=marking,
            exercise_id=exercise_id,
            for_exercise=for_exercise,
            state="held" if reason else "waiting",
            reason=reason,
            created_at=at,
            attempts=0,
            next_at=at,
        )
    )
    announce(connection, "province", message_id, at)
    return message_id


def message(connection: Connection, message_id: str) -> Row[Any] | None:
    """One message of ours."""
    return connection.execute(select(OUTBOX).where(OUTBOX.c.message_id == message_id)).one_or_none()


def move(connection: Connection, row: Row[Any], to: str, at: datetime, **values: Any) -> bool:
    """Give a message another state if it still is what was read; whether it was. IllegalMove outside the table."""
    if to not in MOVES.get(row.state, frozenset()):
        raise IllegalMove(f"message {row.message_id}", row.state, to)
    changed = connection.execute(
        update(OUTBOX).where(OUTBOX.c.id == row.id, OUTBOX.c.state == row.state).values(state=to, **values)
    ).rowcount
    if changed:
        announce(connection, "province", row.message_id, at)
    return changed == 1


def give_up(connection: Connection, message_id: str, reason: str, at: datetime) -> None:
    """A person gives a message up; only a person does. Unknown or IllegalMove."""
    row = _known(connection, message_id)
    if row.state == "dead":
        return
    move(connection, row, "dead", at, reason=reason, settled_at=at)


def send_again(connection: Connection, message_id: str, at: datetime) -> str:
    """A person has a message sent again, the same bytes under the same id; its state. Unknown, or IllegalMove
    for one that the peer accepted: nothing is left to say. A peer that has it answers with the receipt it gave.
    """
    row = _known(connection, message_id)
    if row.state == "accepted":
        raise IllegalMove(f"message {message_id}", row.state, "sent again")
    link = active_link(connection)
    reason = why_held(link, row.marking, row.for_exercise) if link is not None else None
    state = "held" if reason else "waiting"
    values = {"state": state, "reason": reason, "next_at": at, "settled_at": None}
    connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(values))
    announce(connection, "province", message_id, at)
    return state


def _known(connection: Connection, message_id: str) -> Row[Any]:
    row = message(connection, message_id)
    if row is None:
        raise Unknown(f"message {message_id}")
    return row
