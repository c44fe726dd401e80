"""Taking a message in: stored once whatever happens on the way, and answered with a signed receipt or refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from console.audit.chain import record
from console.exercise.state import current_id
from console.province import receipts
from console.province.envelope import Opened, opened
from console.province.link import heard, settle
from console.province.markings import names
from console.province.outbox import ABOUT_THE_LINK
from console.province.party import Party
from console.province.refusal import Refusal
from console.province.tables import INBOX, LINK_STATE
from console.web.changes import announce

STATES: Final = ("stored", "accepted", "returned")
# How far a number may lie from the last one: what is older was forgotten, what is further ahead is no mistake of ours.
FAR: Final = 100_000
STATUS: Final = {"conflict": 409, "replay": 409, "seq": 409, "size": 413, "unset": 503}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sender gets: a status for HTTP, and the signed receipt or refusal."""

    status: int
    text: str
    message_id: str | None
    refused: Refusal | None = None


def receive(engine: Engine, party: Party, wire: bytes, at: datetime, transport: str, source: str = "") -> Reply:
    """Take one message in; the answer. A refusal changes nothing but the audit chain."""
    return receive_all(engine, party, [wire], at, transport, source)[0]


def receive_all(
    engine: Engine, party: Party, wires: Sequence[bytes], at: datetime, transport: str, source: str = ""
) -> list[Reply]:
    """Take several messages in, in their order and in one transaction; an answer for each."""
    try:
        return _all(engine, party, wires, at, transport, source)
    except IntegrityError:
        # Another process took one of them in at the same moment: now they are seen.
        return _all(engine, party, wires, at, transport, source)


def _all(
    engine: Engine, party: Party, wires: Sequence[bytes], at: datetime, transport: str, source: str
) -> list[Reply]:
    opening = [_open(party, wire, at) for wire in wires]
    with engine.begin() as connection:
        return [_taken(connection, party, one, at, transport, source) for one in opening]


def _open(party: Party, wire: bytes, at: datetime) -> Opened | Refusal:
    if not party.keys:
        return Refusal("unset", "no key of the peer is pinned here yet; put its file in place", retry=True)
    try:
        return opened(wire, party.keys, at)
    except Refusal as refused:
        return refused


def _taken(
    connection: Connection, party: Party, found: Opened | Refusal, at: datetime, transport: str, source: str
) -> Reply:
    if isinstance(found, Refusal):
        return _refuse(connection, party, found, None, at, source)
    link = settle(connection, party.settings)
    try:
        known = _check(connection, party, link, found)
        if known is not None:
            return Reply(200, known, found.envelope.message_id)
    except Refusal as refused:
        return _refuse(connection, party, refused, found, at, source)
    return Reply(200, _store(connection, party, link, found, at, transport), found.envelope.message_id)


def _check(connection: Connection, party: Party, link: Row[Any], found: Opened) -> str | None:
    """The receipt of a message that is here already; None for a new one that is in order. Refusal otherwise."""
    envelope = found.envelope
    if envelope.sender != party.peer or envelope.recipient != party.us:
        raise Refusal(
            "recipient", f"this link is from {party.peer} to {party.us}, not {envelope.sender} to {envelope.recipient}"
        )
    same = connection.execute(
        select(INBOX.c.digest).where(INBOX.c.peer == party.peer, INBOX.c.message_id == envelope.message_id)
    ).scalar()
    if same is not None:
        if same != found.digest:
            raise Refusal("conflict", f"message {envelope.message_id} is here already with another content")
        return receipts.given(connection, envelope.message_id, party.peer)
    if envelope.exercise != link.is_exercise:
        what, other = ("an exercise", "a real link") if envelope.exercise else ("real", "a link for exercises")
        raise Refusal("exercise", f"the message is {what}, and this is {other}")
    if envelope.marking not in names():
        raise Refusal("marking", f"the marking {envelope.marking!r} is not known here; such content must not enter")
    _check_place(connection, party.peer, link.seq_in, found)
    return None


def _check_place(connection: Connection, peer: str, seq_in: int, found: Opened) -> None:
    """Late is not replayed: a number that is still free is taken, one that another message has is not."""
    envelope = found.envelope
    if connection.execute(select(INBOX.c.id).where(INBOX.c.peer == peer, INBOX.c.nonce == envelope.nonce)).first():
        raise Refusal("replay", "the nonce of this message was used before; it is a replay")
    if connection.execute(select(INBOX.c.id).where(INBOX.c.peer == peer, INBOX.c.seq == envelope.seq)).first():
        raise Refusal("seq", f"number {envelope.seq} belongs to another message; the last one here is {seq_in}")
    if abs(envelope.seq - seq_in) > FAR:
        raise Refusal("seq", f"number {envelope.seq} is too far from {seq_in}, the last one here")


def _store(connection: Connection, party: Party, link: Row[Any], found: Opened, at: datetime, transport: str) -> str:
    envelope = found.envelope
    text = receipts.made(party, envelope.message_id, found.digest, at)
    connection.execute(
        insert(INBOX).values(
            message_id=envelope.message_id,
            peer=party.peer,
            digest=found.digest,
            seq=envelope.seq,
            nonce=envelope.nonce,
            kind=envelope.kind,
            marking=envelope.marking,
            exercise=envelope.exercise,
            exercise_id=current_id(connection) if envelope.exercise else None,
            state="stored",
            body=dict(envelope.body),
            wire=found.wire,
            transport=transport,
            issued_at=envelope.issued_at,
            received_at=at,
        )
    )
    receipts.keep(
        connection, envelope.message_id, party.peer, "given", "transport", result="stored", at=at, now=at, text=text
    )
    if envelope.seq > link.seq_in:
        connection.execute(update(LINK_STATE).where(LINK_STATE.c.peer == party.peer).values(seq_in=envelope.seq))
    heard(connection, party.peer, at)
    if envelope.kind not in ABOUT_THE_LINK:
        detail = {"kind": envelope.kind, "seq": envelope.seq, "sha256": found.digest, "transport": transport}
        record(
            connection,
            at=at,
            actor=f"link:{party.peer}",
            action="link.receive",
            object=f"message {envelope.message_id}",
            detail=detail,
        )
        announce(connection, "province", envelope.message_id, at)
    return text


def _refuse(
    connection: Connection, party: Party, refused: Refusal, found: Opened | None, at: datetime, source: str
) -> Reply:
    message_id = found.envelope.message_id if found else None
    record(
        connection,
        at=at,
        actor=f"link:{found.envelope.sender}" if found else "link:unknown",
        action="link.refuse",
        object=f"message {message_id or 'unread'}",
        detail={"code": refused.code, "reason": refused.sentence, "source": source},
    )
    digest = found.digest if found else None
    text = receipts.made(party, message_id or "", digest, at, refused)
    return Reply(STATUS.get(refused.code, 400), text, message_id, refused)
