"""Sending what is queued: each channel by itself, every attempt recorded, tried again later when it failed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, exists, func, insert, select, update

from console.clerk.work import Clerk
from console.notify.channels import CHANNELS, Channel, NotDelivered, NotTaken
from console.notify.links import load_key
from console.notify.parcel import Parcel, parcel_of
from console.notify.tables import DELIVERY, DELIVERY_ATTEMPT, DELIVERY_CHANNEL

# So long is a message tried; then it is given up and shows as failed.
KEPT: Final = timedelta(hours=24)
FIRST: Final = timedelta(seconds=5)
LONGEST: Final = timedelta(minutes=10)
# Robots of chat programs take some twenty messages a minute and then block for ten.
MINUTE: Final = timedelta(minutes=1)
ROUND: Final = 50
IN_DIGEST: Final = "in a digest"
# How an attempt begins that says nothing about the channel.
REFUSED: Final = "not taken: "


def send_webhook(clerk: Clerk) -> None:
    """Post what is due to the webhook."""
    deliver(clerk, "webhook")


def send_mail(clerk: Clerk) -> None:
    """Mail what is due."""
    deliver(clerk, "mail")


def send_command(clerk: Clerk) -> None:
    """Hand what is due to the command."""
    deliver(clerk, "command")


def give_up(clerk: Clerk) -> None:
    """Mark as failed what no channel took within a day."""
    before = clerk.clock() - KEPT
    old = and_(DELIVERY.c.state == "waiting", DELIVERY.c.created_at <= before)
    with clerk.reads.begin() as connection:
        if connection.execute(select(DELIVERY.c.id).where(old).limit(1)).first() is None:
            return
    with clerk.engine.begin() as connection:
        ids = list(connection.execute(select(DELIVERY.c.id).where(old).limit(500)).scalars())
        lost = and_(DELIVERY_CHANNEL.c.delivery_id.in_(ids), DELIVERY_CHANNEL.c.state == "waiting")
        connection.execute(update(DELIVERY_CHANNEL).where(lost).values(state="failed"))
        said = func.coalesce(DELIVERY.c.error, "no channel could reach the recipient within a day")
        connection.execute(update(DELIVERY).where(DELIVERY.c.id.in_(ids)).values(state="failed", error=said))


def deliver(clerk: Clerk, name: str, chance: Callable[[], float] = random.random) -> None:
    """Send one channel's due messages, the urgent first. Killed in between, the last may go out twice with one key."""
    channel, settings, now = CHANNELS[name], clerk.office.channels, clerk.clock()
    if not channel.is_set(settings):
        return
    with clerk.reads.begin() as connection:
        fresh = _unsorted(connection, name, now)
    if fresh:
        with clerk.engine.begin() as connection:
            _sort(connection, name, channel, now)
    with clerk.reads.begin() as connection:
        due = _due(connection, name, now)
        if not due or _rests(connection, name, now):
            return
        free = settings.webhook_per_minute - _lately(connection, name, now) if channel.digests else len(due)
    key = load_key(clerk.data.keys)
    parcels = [parcel_of(row, clerk.office.office.address, key) for row in due]
    for posted in _posts(list(zip(due, parcels, strict=True)), free, channel):
        if not _send(clerk, name, channel, posted, chance):
            # The channel is down: the others are tried when it has rested.
            return


def next_try(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many failures: twice as long each time, up to a limit, a fifth more or less."""
    doubled: int = 2 ** min(attempts - 1, 16)
    plain = min(FIRST * doubled, LONGEST)
    return plain * (0.8 + 0.4 * chance)


def _posts(
    pairs: Sequence[tuple[Row[Any], Parcel]], free: int, channel: Channel
) -> list[Sequence[tuple[Row[Any], Parcel]]]:
    """What goes out by itself and what goes out together, within what the channel still takes this minute."""
    if not channel.digests or len(pairs) <= free:
        return [[pair] for pair in pairs]
    if free <= 0:
        return []
    single = free - 1
    return [*([pair] for pair in pairs[:single]), pairs[single:]]


def _send(
    clerk: Clerk,
    name: str,
    channel: Channel,
    posted: Sequence[tuple[Row[Any], Parcel]],
    chance: Callable[[], float],
) -> bool:
    """Send one post and write down what became of it; False when the channel itself is down."""
    works = True
    try:
        said, ok = channel.send(clerk.office.channels, [parcel for _, parcel in posted], clerk.clock()), True
    except NotTaken as error:
        said, ok = f"{REFUSED}{error}"[:1000], False
    except NotDelivered as error:
        said, ok, works = str(error)[:1000], False, False
    now = clerk.clock()
    with clerk.engine.begin() as connection:
        for place, (row, _) in enumerate(posted):
            words = said if place == 0 else IN_DIGEST if ok else said
            _note(connection, row, name, ok, words, now, next_try(row.tries + 1, chance()))
    return works


def _note(
    connection: Connection, row: Row[Any], name: str, ok: bool, said: str, now: datetime, wait: timedelta
) -> None:
    connection.execute(insert(DELIVERY_ATTEMPT).values(delivery_id=row.id, at=now, channel=name, ok=ok, said=said))
    mine = and_(DELIVERY_CHANNEL.c.delivery_id == row.id, DELIVERY_CHANNEL.c.channel == name)
    state = "sent" if ok else "waiting"
    tries = DELIVERY_CHANNEL.c.attempts + 1
    connection.execute(update(DELIVERY_CHANNEL).where(mine).values(state=state, attempts=tries, next_at=now + wait))
    values: dict[str, Any] = {"attempts": DELIVERY.c.attempts + 1}
    if ok:
        # What was called off meanwhile stays so.
        waiting = and_(DELIVERY.c.id == row.id, DELIVERY.c.state.in_(("waiting", "failed")))
        sent = {"state": "sent", "sent_at": now, "channel": name, "error": None}
        connection.execute(update(DELIVERY).where(waiting).values(sent))
    else:
        values |= {"error": said, "next_at": now + wait}
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == row.id).values(values))


def _unsorted(connection: Connection, name: str, now: datetime) -> bool:
    return connection.execute(_new(name, now).limit(1)).first() is not None


def _sort(connection: Connection, name: str, channel: Channel, now: datetime) -> None:
    """Decide for each new message whether this channel reaches its recipient."""
    for row in connection.execute(_new(name, now).limit(500)).all():
        state = "waiting" if channel.reaches(row.addresses) else "none"
        values = {"delivery_id": row.id, "channel": name, "state": state, "attempts": 0, "next_at": now}
        connection.execute(insert(DELIVERY_CHANNEL).values(values))


def _new(name: str, now: datetime) -> Any:
    known = exists().where(DELIVERY_CHANNEL.c.delivery_id == DELIVERY.c.id, DELIVERY_CHANNEL.c.channel == name)
    return select(DELIVERY.c.id, DELIVERY.c.addresses).where(
        DELIVERY.c.state.in_(("waiting", "sent")),
        DELIVERY.c.acked_at.is_(None),
        DELIVERY.c.created_at > now - KEPT,
        ~known,
    )


def _due(connection: Connection, name: str, now: datetime) -> Sequence[Row[Any]]:
    return connection.execute(
        select(DELIVERY, DELIVERY_CHANNEL.c.attempts.label("tries"))
        .join(DELIVERY_CHANNEL, DELIVERY_CHANNEL.c.delivery_id == DELIVERY.c.id)
        .where(
            DELIVERY_CHANNEL.c.channel == name,
            DELIVERY_CHANNEL.c.state == "waiting",
            DELIVERY_CHANNEL.c.next_at <= now,
            DELIVERY.c.state.in_(("waiting", "sent")),
            DELIVERY.c.acked_at.is_(None),
        )
        .order_by(DELIVERY.c.urgent.desc(), DELIVERY.c.id)
        .limit(ROUND)
    ).all()


def _rests(connection: Connection, name: str, now: datetime) -> bool:
    """Whether the channel failed lately, so that trying it at once would only hold up the other jobs."""
    lately = select(DELIVERY_ATTEMPT.c.at, DELIVERY_ATTEMPT.c.ok).where(
        DELIVERY_ATTEMPT.c.channel == name, ~DELIVERY_ATTEMPT.c.said.startswith(REFUSED)
    )
    rows = connection.execute(lately.order_by(DELIVERY_ATTEMPT.c.id.desc()).limit(8)).all()
    failed = next((place for place, row in enumerate(rows) if row.ok), len(rows))
    return bool(failed) and now < rows[0].at + next_try(failed, 0.0)


def _lately(connection: Connection, name: str, now: datetime) -> int:
    """How many posts went out in the last minute; a digest is one."""
    attempts = DELIVERY_ATTEMPT.c
    counted = select(func.count()).where(
        attempts.channel == name, attempts.at > now - MINUTE, attempts.said != IN_DIGEST
    )
    return int(connection.execute(counted).scalar_one())
