"""Queueing a message to somebody, inside the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select

from console.exercise.state import NOW, belongs
from console.notify.tables import DELIVERY


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person or a duty, and the addresses that are known: `account` (login), `email`, `phone`."""

    name: str
    addresses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient. `key` makes it unique: telling the same thing again tells nothing."""

    key: str
    kind: str
    to: Recipient
    subject: str
    text: str
    ref: str
    urgent: bool = False
    # Ask for an acknowledgement until then.
    ack_due: datetime | None = None
    ack_hash: str | None = None


def tell(connection: Connection, message: Message, at: datetime, exercise_id: int | None = NOW) -> int:
    """Queue a message and return its number; one with the same key is left as it is and its number returned."""
    known = connection.execute(select(DELIVERY.c.id).where(DELIVERY.c.key == message.key)).scalar()
    if known is not None:
        return int(known)
    made = (
        insert(DELIVERY)
        .values(
            key=message.key,
            kind=message.kind,
            recipient=message.to.name,
            addresses=dict(message.to.addresses),
            subject=message.subject,
            text=message.text,
            ref=message.ref,
            urgent=message.urgent,
            exercise_id=belongs(connection, exercise_id),
            created_at=at,
            state="waiting",
            attempts=0,
            next_at=at,
            ack_due=message.ack_due,
            ack_hash=message.ack_hash,
        )
        .returning(DELIVERY.c.id)
    )
    return int(connection.execute(made).scalar_one())
