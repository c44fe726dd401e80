"""Sending what waits: in order, one sender at a time, for ever, with pauses that grow while the peer is away."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, and_, or_, select, update

from console.office.settings import ProvinceLink
from console.province import outbox, receipts
from console.province.envelope import GOOD_FOR, Envelope, seal
from console.province.following import follow
from console.province.link import settle, why_held
from console.province.party import Party
from console.province.receipts import Receipt
from console.province.refusal import Refusal
from console.province.tables import LINK_STATE, OUTBOX, RECEIPT
from console.province.transports import Carried, Parcel, Transport
from console.web.changes import announce

BATCH: Final = 50
# How long another process waits for one that died while sending.
LEASE: Final = timedelta(seconds=10)
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
# A message that was sealed keeps its place; the others follow as they were queued.
_ORDER: Final = (OUTBOX.c.seq.is_(None), OUTBOX.c.seq, OUTBOX.c.id)


@dataclass(frozen=True, slots=True)
class Sender:
    """A process that sends: its name for the lease, its clock, its chance (0 to 1) for the spread of pauses.

    `is_alive` says whether the holder of a lease may still run; one that surely does not is not waited for.
    """

    name: str
    clock: Callable[[], datetime]
    random: Callable[[], float]
    is_alive: Callable[[str], bool] = lambda _name: True


def has_work(connection: Connection, settings: ProvinceLink, now: datetime) -> bool:
    """Whether anything is due; one cheap question that needs no lock."""
    link = connection.execute(select(LINK_STATE).where(LINK_STATE.c.peer == settings.peer)).one_or_none()
    if link is not None and link.next_at is not None and link.next_at > now:
        return False
    return connection.execute(select(OUTBOX.c.id).where(_due(settings, now)).limit(1)).first() is not None


def drain(engine: Engine, party: Party, transport: Transport, sender: Sender, most: int = 400) -> int:
    """Send what is due, at most so many; how many the peer has now. It stops at the first that does not go through."""
    arrived = 0
    for _ in range(0, most, BATCH):
        with engine.begin() as connection:
            parcels = _prepare(connection, party, sender)
        if not parcels:
            break
        carried, failure = _carry(transport, party, parcels, sender.clock)
        with engine.begin() as connection:
            _record(connection, party, carried, sender.clock())
            _note(connection, party.peer, sender, failure)
        arrived += len(carried)
        if failure:
            break
    return arrived


def pause(failures: int, random: Callable[[], float]) -> float:
    """Seconds until the next try: doubling up to some minutes, spread so that many senders do not knock at once."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 20))) * (0.5 + 0.5 * random())


def _due(settings: ProvinceLink, now: datetime) -> Any:
    """What is to be sent over this link: what waits, and over a line that answers what got no receipt."""
    states = ["waiting"] if settings.transport == "package" else ["waiting", "sent"]
    return and_(
        OUTBOX.c.state.in_(states),
        OUTBOX.c.next_at <= now,
        or_(OUTBOX.c.peer == settings.peer, OUTBOX.c.peer.is_(None)),
    )


def _prepare(connection: Connection, party: Party, sender: Sender) -> list[Parcel]:
    """Take the lease and seal the next batch. Nothing while another sender has it or the pause is not over."""
    now = sender.clock()
    # Numbers are given by one at a time: PostgreSQL waits here, SQLite has one writer anyway.
    connection.execute(select(LINK_STATE.c.peer).where(LINK_STATE.c.peer == party.peer).with_for_update())
    link = settle(connection, party.settings)
    held = link.lease_by not in (None, sender.name) and link.lease_until is not None and link.lease_until > now
    if held and sender.is_alive(link.lease_by):
        return []
    if link.next_at is not None and link.next_at > now:
        return []
    due = select(OUTBOX).where(_due(party.settings, now)).order_by(*_ORDER).limit(BATCH)
    rows = connection.execute(due).all()
    if not rows:
        if link.lease_by == sender.name:
            connection.execute(update(LINK_STATE).where(LINK_STATE.c.peer == party.peer).values(lease_by=None))
        return []
    seq, parcels = link.seq_out, []
    for row in rows:
        reason = why_held(link, row.marking, row.for_exercise)
        if reason:
            outbox.move(connection, row, "held", now, reason=reason, peer=party.peer)
            continue
        wire, number = row.envelope, row.seq
        if wire is None:
            sealed = _seal(connection, party, row, seq + 1, now)
            if sealed is None:
                continue
            seq, wire, number = seq + 1, sealed, seq + 1
        parcels.append(Parcel(row.message_id, row.kind, number, row.marking, wire))
    values = {"seq_out": seq, "lease_by": sender.name, "lease_until": now + LEASE, "last_sent_at": now}
    connection.execute(update(LINK_STATE).where(LINK_STATE.c.peer == party.peer).values(values))
    return parcels


def _seal(connection: Connection, party: Party, row: Row[Any], seq: int, now: datetime) -> str | None:
    envelope = Envelope(
        message_id=row.message_id,
        kind=row.kind,
        sender=party.us,
        recipient=party.peer,
        seq=seq,
        issued_at=now,
        expires_at=now + GOOD_FOR,
        nonce=secrets.token_hex(16),
        marking=row.marking,
        exercise=row.for_exercise,
        body=row.body,
        critical=("exercise",) if row.for_exercise else (),
    )
    try:
        wire, digest = seal(envelope, party.key)
    except Refusal as refused:
        outbox.move(connection, row, "held", now, reason=refused.sentence, peer=party.peer)
        return None
    values = {"peer": party.peer, "seq": seq, "sealed_at": now, "envelope": wire, "digest": digest}
    connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(values))
    if row.kind == "receipt":
        # The business receipt that we keep is the one that we signed.
        connection.execute(update(RECEIPT).where(RECEIPT.c.text == row.message_id).values(text=wire))
    return wire


def _carry(
    transport: Transport, party: Party, parcels: Sequence[Parcel], clock: Callable[[], datetime]
) -> tuple[list[tuple[str, Receipt | None]], str | None]:
    """Hand the parcels over until one does not go through; what went, with its receipt, and why it stopped."""
    done: list[tuple[str, Receipt | None]] = []
    try:
        for one in transport.carry(parcels):
            receipt = _judged(party, one, clock()) if one.answer is not None else None
            if isinstance(receipt, str):
                return done, receipt
            done.append((one.message_id, receipt))
    except OSError as error:
        return done, str(error)
    return done, None


def _judged(party: Party, carried: Carried, now: datetime) -> Receipt | str:
    """The receipt that settles a message; or why the answer is none, in which case it is sent again."""
    try:
        receipt = receipts.read(carried.answer or b"", party.us, party.keys, now)
    except Refusal as refused:
        return f"{party.peer} answered {carried.status} without a receipt that can be trusted: {refused.sentence}"
    if receipt.result == "refused" and (receipt.retry or not receipt.message_id):
        return f"{party.peer} refuses for now: {receipt.reason}"
    if receipt.message_id != carried.message_id:
        return f"{party.peer} gave a receipt for another message"
    return receipt


def _record(connection: Connection, party: Party, carried: Sequence[tuple[str, Receipt | None]], now: datetime) -> None:
    """Write down what was handed over and what the peer answered."""
    for message_id, receipt in carried:
        row = outbox.message(connection, message_id)
        if row is None:
            continue
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(attempts=row.attempts + 1))
        if row.state == "waiting":
            outbox.move(connection, row, "sent", now, sent_at=now)
            follow(connection, row, "sent", now)
        if receipt is not None:
            take_receipt(connection, party, receipt, now)


def take_receipt(connection: Connection, party: Party, receipt: Receipt, now: datetime, by_hand: bool = False) -> bool:
    """Settle a message of ours by the peer's transport receipt; whether it was about one that was under way."""
    row = outbox.message(connection, receipt.message_id)
    if row is None or row.peer != party.peer or receipt.digest != row.digest:
        return False
    values: dict[str, Any] = {"last_receipt_at": now, "last_heard_at": now}
    if not by_hand:
        values["clock_skew"] = (receipt.at - now).total_seconds()
    connection.execute(update(LINK_STATE).where(LINK_STATE.c.peer == party.peer).values(values))
    receipts.keep(
        connection,
        row.message_id,
        party.peer,
        "got",
        "transport",
        result=receipt.result,
        at=receipt.at,
        now=now,
        text=receipt.text,
        reason=receipt.reason,
    )
    if row.state not in ("waiting", "sent"):
        return False
    stored = receipt.result == "stored"
    to, moment = ("stored", "stored_at") if stored else ("returned", "settled_at")
    if row.state == "waiting":
        outbox.move(connection, row, "sent", now)
        row = outbox.message(connection, receipt.message_id)
        assert row is not None
    outbox.move(connection, row, to, now, reason=receipt.reason, **{moment: now})
    follow(connection, row, to, now, receipt.reason)
    return True


def _note(connection: Connection, peer: str, sender: Sender, failure: str | None) -> None:
    """Write down whether the link works, and when to try again."""
    now = sender.clock()
    link = connection.execute(select(LINK_STATE).where(LINK_STATE.c.peer == peer)).one()
    values: dict[str, Any] = {"lease_by": None, "lease_until": None}
    if failure is None:
        values |= {"failures": 0, "next_at": None, "error": None}
    else:
        count = link.failures + 1
        wait = timedelta(seconds=pause(count, sender.random))
        values |= {"failures": count, "next_at": now + wait, "error": failure[:500]}
    connection.execute(update(LINK_STATE).where(LINK_STATE.c.peer == peer).values(values))
    if (link.error is None) != (failure is None):
        announce(connection, "province", f"link {peer}", now)
