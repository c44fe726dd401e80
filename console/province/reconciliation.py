"""Daily reconciliation: each side says what it sent that day, and the other compares it with what it has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from analytics.correlation.incident import CHINA
from console.province.outbox import put
from console.province.tables import INBOX, OUTBOX, RECONCILIATION
from console.web.changes import announce

# A day with more is compared by count, last number and hash alone.
MOST_NAMED: Final = 5000
# What the peer has signed for.
_ARRIVED: Final = ("stored", "accepted", "returned")


@dataclass(frozen=True, slots=True)
class Tally:
    """A set of messages: how many, the highest number, the hash of ids and contents."""

    count: int
    last_seq: int
    digest: str
    messages: tuple[tuple[str, str, int], ...]


def tally(messages: Iterable[tuple[str, str, int]]) -> Tally:
    """Count messages given as id, hash and number. The order does not matter."""
    listed = tuple(sorted(messages))
    summed = hashlib.sha256("".join(f"{one} {digest}\n" for one, digest, _ in listed).encode()).hexdigest()
    return Tally(len(listed), max((seq for _, _, seq in listed), default=0), summed, listed)


def day_of(at: datetime) -> str:
    """The day in Kangding, `2026-11-23`."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d")


def bounds(day: str) -> tuple[datetime, datetime]:
    """Beginning and end of a day in Kangding. ValueError for what is no day."""
    start = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=CHINA)
    return start, start + timedelta(days=1)


def ask(connection: Connection, peer: str, day: str, at: datetime) -> str:
    """Tell the peer what we sent it that day, so that it compares; the message's id."""
    start, end = bounds(day)
    rows = connection.execute(
        select(OUTBOX.c.message_id, OUTBOX.c.digest, OUTBOX.c.seq).where(
            OUTBOX.c.peer == peer,
            OUTBOX.c.state.in_(_ARRIVED),
            OUTBOX.c.sealed_at >= start,
            OUTBOX.c.sealed_at < min(end, at),
        )
    ).all()
    found = tally((row.message_id, row.digest, row.seq) for row in rows)
    body: dict[str, Any] = {
        "day": day,
        "until": at.isoformat(),
        "count": found.count,
        "last_seq": found.last_seq,
        "digest": found.digest,
    }
    if found.count <= MOST_NAMED:
        body["messages"] = [list(one) for one in found.messages]
    _note(connection, day, peer, "out", found, at, state="asked")
    return put(connection, "reconciliation", body, at=at, ref=f"day {day}", marking="内部", exercise_id=None)


def compare(connection: Connection, peer: str, body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Compare what the peer says it sent with what is here; what we answer. ValueError for a bad body."""
    day, theirs = str(body.get("day")), _their_tally(body)
    start, end = bounds(day)
    # Only what was sealed before the peer counted.
    end = min(end, _until(body) or end)
    rows = connection.execute(
        select(INBOX.c.message_id, INBOX.c.digest, INBOX.c.seq).where(
            INBOX.c.peer == peer, INBOX.c.issued_at >= start, INBOX.c.issued_at < end
        )
    ).all()
    ours = tally((row.message_id, row.digest, row.seq) for row in rows)
    difference = None
    if ours.digest != theirs.digest:
        difference = _difference(ours, theirs) if "messages" in body else {"missing": [], "extra": [], "other": []}
        # What is here and not yet known there to have arrived is on its way, and no difference.
        if "messages" in body and not difference["missing"] and not difference["other"]:
            difference = None
    state = "different" if difference is not None else "equal"
    _note(connection, day, peer, "in", ours, at, state=state, theirs=theirs, difference=difference)
    return {
        "day": day,
        "count": ours.count,
        "last_seq": ours.last_seq,
        "digest": ours.digest,
        "state": state,
        **(difference or {"missing": [], "extra": [], "other": []}),
    }


def answered(connection: Connection, message: Row[Any], said: Mapping[str, Any], at: datetime) -> None:
    """Keep what the peer found when it compared; `message` is the one that we asked by."""
    result = said.get("comparison")
    if not isinstance(result, Mapping):
        return
    lists = {
        name: [str(one)[:36] for one in result.get(name, ()) if isinstance(one, str)][:MOST_NAMED]
        for name in ("missing", "extra", "other")
        if isinstance(result.get(name), list)
    }
    different = result.get("state") == "different"
    connection.execute(
        update(RECONCILIATION)
        .where(
            RECONCILIATION.c.day == message.body["day"],
            RECONCILIATION.c.peer == message.peer,
            RECONCILIATION.c.direction == "out",
        )
        .values(
            state="different" if different else "equal",
            difference=lists if different else None,
            their_count=_whole(result.get("count")),
            their_last_seq=_whole(result.get("last_seq")),
            their_digest=str(result.get("digest"))[:64],
            at=at,
        )
    )
    announce(connection, "province", f"day {message.body['day']}", at)


def due_day(connection: Connection, peer: str, now: datetime) -> str | None:
    """The day that is to be reconciled now: yesterday, once, from ten minutes after midnight on."""
    local = now.astimezone(CHINA)
    if (local.hour, local.minute) < (0, 10):
        return None
    day = (local - timedelta(days=1)).strftime("%Y-%m-%d")
    done = connection.execute(
        select(func.count())
        .select_from(RECONCILIATION)
        .where(
            RECONCILIATION.c.day == day,
            RECONCILIATION.c.peer == peer,
            RECONCILIATION.c.direction == "out",
            # one that was asked for in the course of that day does not stand for its whole
            RECONCILIATION.c.at >= bounds(day)[1],
        )
    ).scalar_one()
    return None if done else day


def _their_tally(body: Mapping[str, Any]) -> Tally:
    count, last_seq, digest = _whole(body.get("count")), _whole(body.get("last_seq")), body.get("digest")
    if count is None or last_seq is None or not isinstance(digest, str) or len(digest) != 64:
        raise ValueError("a reconciliation needs count, last_seq and digest")
    listed = body.get("messages", [])
    try:
        messages = tuple((str(one), str(content), int(seq)) for one, content, seq in listed)
    except (TypeError, ValueError) as error:
        raise ValueError("messages must be a list of id, hash and number") from error
    if "messages" in body and tally(messages).digest != digest:
        raise ValueError("the digest does not fit the messages that are named")
    return Tally(count, last_seq, digest, messages)


def _until(body: Mapping[str, Any]) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(body.get("until")))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _difference(ours: Tally, theirs: Tally) -> dict[str, list[str]]:
    here = {one: digest for one, digest, _ in ours.messages}
    there = {one: digest for one, digest, _ in theirs.messages}
    return {
        "missing": sorted(there.keys() - here.keys()),
        "extra": sorted(here.keys() - there.keys()),
        "other": sorted(one for one in here.keys() & there.keys() if here[one] != there[one]),
    }


def _note(
    connection: Connection,
    day: str,
    peer: str,
    direction: str,
    found: Tally,
    at: datetime,
    *,
    state: str,
    theirs: Tally | None = None,
    difference: Mapping[str, Any] | None = None,
) -> None:
    values: dict[str, Any] = {
        "count": found.count,
        "last_seq": found.last_seq,
        "digest": found.digest,
        "their_count": theirs.count if theirs else None,
        "their_last_seq": theirs.last_seq if theirs else None,
        "their_digest": theirs.digest if theirs else None,
        "state": state,
        "difference": dict(difference) if difference is not None else None,
        "at": at,
    }
    key = {"day": day, "peer": peer, "direction": direction}
    same = [RECONCILIATION.c[name] == value for name, value in key.items()]
    if not connection.execute(update(RECONCILIATION).where(*same).values(values)).rowcount:
        connection.execute(insert(RECONCILIATION).values(**key, **values))
    announce(connection, "province", f"day {day}", at)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None
