"""What becomes of the messages that came in: each kind has its hand, and the peer a business receipt."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, select, update

from analytics.lifecycle import IllegalMove
from console.audit.chain import record
from console.intelligence.exchange import accept
from console.province import outbox, receipts
from console.province.following import follow
from console.province.instructions import register
from console.province.link import active_link
from console.province.reconciliation import compare
from console.province.tables import INBOX
from console.web.changes import announce

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message. `silent`: no business receipt is owed. `later`: not yet, ask again."""

    result: str = "accepted"
    reason: str | None = None
    receipt_no: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    silent: bool = False
    later: bool = False


Hand = Callable[[Connection, Row[Any], datetime], Outcome]


def take_in(
    engine: Engine, reads: Engine, hands: Mapping[str, Hand], clock: Callable[[], datetime], most: int = 200
) -> int:
    """Deal with what is stored and not yet dealt with, oldest first; how many. What fails is tried again next time."""
    waiting = select(INBOX.c.id).where(INBOX.c.state == "stored").order_by(INBOX.c.id).limit(most)
    with reads.begin() as connection:
        numbers = connection.execute(waiting).scalars().all()
    done = 0
    for number in numbers:
        try:
            with engine.begin() as connection:
                done += _deal(connection, number, hands, clock())
        except Exception:
            # One message that a fault of ours stops must not stop the others; it stays stored.
            _LOG.exception("message number %d of the inbox could not be dealt with; trying again", number)
    return done


def _deal(connection: Connection, number: int, hands: Mapping[str, Hand], at: datetime) -> bool:
    row = connection.execute(select(INBOX).where(INBOX.c.id == number, INBOX.c.state == "stored")).one_or_none()
    if row is None:
        return False
    outcome = _outcome(connection, row, hands, at)
    if outcome.later:
        return False
    connection.execute(
        update(INBOX).where(INBOX.c.id == number).values(state=outcome.result, reason=outcome.reason, handled_at=at)
    )
    if not outcome.silent:
        _receipt(connection, row, outcome, at)
    announce(connection, "province", row.message_id, at)
    return True


def _outcome(connection: Connection, row: Row[Any], hands: Mapping[str, Hand], at: datetime) -> Outcome:
    hand = hands.get(row.kind)
    if hand is None:
        return Outcome("returned", f"messages of the kind {row.kind!r} are not understood here")
    if row.exercise and row.exercise_id is None and row.kind not in outbox.ABOUT_THE_LINK:
        return Outcome("returned", "the message belongs to an exercise, and none runs here")
    try:
        # Half of what a hand did must not stay when it then refuses.
        with connection.begin_nested():
            return hand(connection, row, at)
    except ValueError as error:
        return Outcome("returned", str(error)[:500])
    except (ArithmeticError, AttributeError, LookupError, TypeError):
        # Trying again would come to the same, and what follows must not wait for it.
        _LOG.exception("message %s has a body that was not foreseen", row.message_id)
        return Outcome("returned", "the body cannot be understood; check it against the description of its kind")


def _receipt(connection: Connection, row: Row[Any], outcome: Outcome, at: datetime) -> None:
    link = active_link(connection)
    record(
        connection,
        at=at,
        actor="gongga",
        action=f"link.{outcome.result}",
        object=f"message {row.message_id}",
        detail={"kind": row.kind, "reason": outcome.reason, "receipt_no": outcome.receipt_no},
    )
    if link is None or link.peer != row.peer or link.is_exercise != row.exercise:
        # The link was set up anew since: what was said over the old one is not answered over another.
        return
    body = {
        "about": row.message_id,
        "digest": row.digest,
        "result": outcome.result,
        "reason": outcome.reason,
        "receipt_no": outcome.receipt_no,
        # Should the transport receipt have been lost, here it is again.
        "stored": receipts.given(connection, row.message_id, row.peer),
        **outcome.said,
    }
    message_id = outbox.put(
        connection,
        "receipt",
        body,
        at=at,
        ref=f"message {row.message_id}",
        marking="内部",
        exercise_id=row.exercise_id,
    )
    receipts.keep(
        connection,
        row.message_id,
        row.peer,
        "given",
        "business",
        result=outcome.result,
        at=at,
        now=at,
        # Replaced by the signed text when it is sealed.
        text=message_id,
        reason=outcome.reason,
        receipt_no=outcome.receipt_no,
    )


def business_receipt(connection: Connection, row: Row[Any], at: datetime) -> Outcome:
    """The peer says what became of a message of ours."""
    body: Mapping[str, Any] = row.body
    about, result = body.get("about"), body.get("result")
    if not isinstance(about, str) or result not in ("accepted", "returned"):
        return Outcome("returned", "the receipt names no message or no result", silent=True)
    message = outbox.message(connection, about)
    if message is None or message.peer != row.peer or message.digest != body.get("digest"):
        return Outcome("returned", "the receipt is about a message that we did not send so", silent=True)
    reason, number = _short(body.get("reason"), 500), _short(body.get("receipt_no"), 80)
    receipts.keep(
        connection,
        about,
        row.peer,
        "got",
        "business",
        result=result,
        at=row.issued_at,
        now=at,
        text=row.wire,
        reason=reason,
        receipt_no=number,
    )
    if isinstance(body.get("stored"), str):
        receipts.keep(
            connection,
            about,
            row.peer,
            "got",
            "transport",
            result="stored",
            at=row.issued_at,
            now=at,
            text=body["stored"],
        )
    try:
        outbox.move(connection, message, result, at, reason=reason, settled_at=at)
    except IllegalMove as error:
        return Outcome("returned", str(error), silent=True)
    follow(connection, message, result, at, reason, number, body)
    return Outcome(silent=True)


def incoming_instruction(connection: Connection, row: Row[Any], at: datetime) -> Outcome:
    """An instruction becomes one of ours; the receipt carries our number of it."""
    return Outcome(receipt_no=register(connection, row, at))


def incoming_intelligence(connection: Connection, row: Row[Any], at: datetime) -> Outcome:
    """A bundle of indicators goes to the watch lists; the receipt counts what was applied."""
    bundle = row.body.get("bundle", row.body)
    if not isinstance(bundle, Mapping):
        raise ValueError("the body holds no bundle")
    accepted = accept(connection, bundle, row.peer, row.marking, at)
    found = accepted.document()
    said = {**found, "refused": found["refused"][:50], "unwatched": found["unwatched"][:50]}
    if accepted.refused and not (accepted.applied or accepted.unchanged or accepted.kept):
        return Outcome("returned", f"none of {len(accepted.refused)} objects was taken", said=said)
    return Outcome(said=said)


def incoming_reconciliation(connection: Connection, row: Row[Any], at: datetime) -> Outcome:
    """The peer says what it sent; it is told what of it is not here."""
    found = compare(connection, row.peer, row.body, at)
    different = found["state"] == "different"
    reason = f"{len(found['missing'])} missing, {len(found['other'])} other than sent" if different else None
    return Outcome("returned" if different else "accepted", reason, said={"comparison": found})


def heartbeat(_connection: Connection, _row: Row[Any], _at: datetime) -> Outcome:
    """The peer is there; its arrival was noted."""
    return Outcome(silent=True)


HANDS: Final[Mapping[str, Hand]] = {
    "receipt": business_receipt,
    "instruction": incoming_instruction,
    "intel_share": incoming_intelligence,
    "reconciliation": incoming_reconciliation,
    "heartbeat": heartbeat,
}


def _short(value: object, most: int) -> str | None:
    return str(value)[:most] if value else None
