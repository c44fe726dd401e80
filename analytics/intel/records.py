"""Indicators in the records: put in, stopped, revoked; the watch list read out of them when it changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from analytics.db import ALERT
from analytics.intel.detect import DETECTOR
from analytics.intel.normal import Value
from analytics.intel.tables import INDICATOR, INDICATOR_VALUE, WATCHLIST
from analytics.intel.watchlist import Entry, Watchlist, build
from analytics.lifecycle import IllegalMove, Stale, Unknown

# What a person may do; what a source may do is decided where its word is taken.
MOVES: Final[Mapping[str, frozenset[str]]] = {
    "watched": frozenset({"stopped"}),
    "stopped": frozenset({"watched"}),
    "unwatched": frozenset(),
    "ignored": frozenset(),
    "revoked": frozenset(),
}
# Events that come late still meet what ended since they happened, for so long.
LATE: Final = timedelta(days=7)
# A detector knows of a change after so long at the latest.
STALE: Final = timedelta(seconds=20)
_PAUSE: Final = 10
_AT_ONCE: Final = 400


def indicator_id(stix_id: str) -> str:
    """Our name of an indicator: the same for the same STIX id."""
    return f"in-{hashlib.sha256(stix_id.encode()).hexdigest()[:16]}"


def put(connection: Connection, rows: Sequence[Mapping[str, Any]], values: Mapping[str, Sequence[Value]]) -> None:
    """Store new indicators and newer versions of known ones, each with what it watches for. The caller weighed them."""
    ids = [row["id"] for row in rows]
    known: dict[str, int] = {}
    for part in _parts(ids):
        found = connection.execute(select(INDICATOR.c.id, INDICATOR.c.version).where(INDICATOR.c.id.in_(part)))
        known |= {row.id: row.version for row in found}
    fresh = [dict(row) for row in rows if row["id"] not in known]
    for row in rows:
        if row["id"] in known:
            kept = {name: value for name, value in row.items() if name not in ("id", "hits", "last_hit", "version")}
            mine = (INDICATOR.c.id == row["id"], INDICATOR.c.version == known[row["id"]])
            done = connection.execute(update(INDICATOR).where(*mine).values(**kept, version=known[row["id"]] + 1))
            if done.rowcount != 1:
                raise Stale(f"indicator {row['id']}")
    if fresh:
        connection.execute(insert(INDICATOR), fresh)
    for part in _parts([one for one in ids if one in known]):
        connection.execute(delete(INDICATOR_VALUE).where(INDICATOR_VALUE.c.indicator_id.in_(part)))
    watched = [
        {"indicator_id": one, "kind": value.kind, "value": value.value} for one in ids for value in values.get(one, ())
    ]
    if watched:
        connection.execute(insert(INDICATOR_VALUE), watched)
    if rows:
        touch(connection)


def values_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[Value]]:
    """What these indicators watch for."""
    found: dict[str, list[Value]] = {}
    for part in _parts(list(ids)):
        mine = INDICATOR_VALUE.c.indicator_id.in_(part)
        for row in connection.execute(select(INDICATOR_VALUE).where(mine).order_by(INDICATOR_VALUE.c.id)):
            found.setdefault(row.indicator_id, []).append(Value(row.kind, row.value))
    return found


def move(connection: Connection, one: str, to: str, reason: str, version: int, at: datetime) -> str:
    """Stop watching for an indicator, or take it up again; the state it had. Unknown, IllegalMove or Stale."""
    row = connection.execute(select(INDICATOR).where(INDICATOR.c.id == one)).one_or_none()
    if row is None:
        raise Unknown(f"indicator {one}")
    if row.version != version:
        raise Stale(f"indicator {one}")
    if to not in MOVES[row.state]:
        raise IllegalMove(f"indicator {one}", row.state, to)
    mine = (INDICATOR.c.id == one, INDICATOR.c.version == version)
    changed = {"state": to, "reason": f"said: {reason}", "changed_at": at, "version": version + 1}
    if connection.execute(update(INDICATOR).where(*mine).values(changed)).rowcount != 1:
        raise Stale(f"indicator {one}")
    touch(connection)
    return str(row.state)


def touch(connection: Connection) -> None:
    """Say that what is watched changed, inside the caller's transaction."""
    more = {"version": WATCHLIST.c.version + 1}
    if connection.execute(update(WATCHLIST).where(WATCHLIST.c.id == 1).values(more)).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(WATCHLIST).values(id=1, version=1))
    except IntegrityError:
        connection.execute(update(WATCHLIST).where(WATCHLIST.c.id == 1).values(more))


def version_of(connection: Connection) -> int:
    """The number of the watch list as it stands."""
    return int(connection.execute(select(WATCHLIST.c.version).where(WATCHLIST.c.id == 1)).scalar() or 0)


def entries(connection: Connection, now: datetime, only: Sequence[str] | None = None) -> list[Entry]:
    """What is watched and not long over, in a fixed order; only these indicators when they are named."""
    columns = (
        *(INDICATOR_VALUE.c.indicator_id, INDICATOR_VALUE.c.kind, INDICATOR_VALUE.c.value),
        *(
            INDICATOR.c.name,
            INDICATOR.c.source,
            INDICATOR.c.confidence,
            INDICATOR.c.valid_from,
            INDICATOR.c.valid_until,
        ),
    )
    joined = select(*columns).join(INDICATOR, INDICATOR.c.id == INDICATOR_VALUE.c.indicator_id)
    watched = joined.where(INDICATOR.c.state == "watched", INDICATOR.c.valid_until > now - LATE)
    ordered = watched.order_by(INDICATOR_VALUE.c.id)
    if only is None:
        return [Entry(*row) for row in connection.execute(ordered)]
    found: list[Entry] = []
    for part in _parts(list(only)):
        found += [Entry(*row) for row in connection.execute(ordered.where(INDICATOR.c.id.in_(part)))]
    return found


def stale_hits(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """Indicators whose hits are no longer what their alerts say, with what those say. Reads only."""
    found = connection.execute(
        select(ALERT.c.rule_id, func.sum(ALERT.c.count), func.max(ALERT.c.last_seen))
        .where(ALERT.c.detector == DETECTOR)
        .group_by(ALERT.c.rule_id)
    )
    counted = {rule: (int(hits), last) for rule, hits, last in found}
    stale: dict[str, tuple[int, datetime]] = {}
    for part in _parts(sorted(counted)):
        for one, had in connection.execute(select(INDICATOR.c.id, INDICATOR.c.hits).where(INDICATOR.c.id.in_(part))):
            if had != counted[one][0]:
                stale[one] = counted[one]
    return stale


def count_hits(connection: Connection) -> int:
    """Set each indicator's hits to what its alerts say; how many changed. Run again, it changes nothing."""
    stale = stale_hits(connection)
    for one, (hits, last) in stale.items():
        connection.execute(update(INDICATOR).where(INDICATOR.c.id == one).values(hits=hits, last_hit=last))
    return len(stale)


@dataclass(slots=True)
class WatchShelf:
    """The watch list in use: read when first asked for, and again when its number in the records changed.

    While a large list changes page by page, reading it takes a tenth of the time at most; it is never older than STALE.
    """

    reads: Engine
    clock: Callable[[], datetime]
    seconds: Callable[[], float] = time.monotonic
    _known: Watchlist | None = field(default=None)
    _fine_until: float = 0.0

    def current(self) -> Watchlist:
        """The list as it stands."""
        started = self.seconds()
        if self._known is not None and started < self._fine_until:
            return self._known
        with self.reads.connect() as connection:
            version = version_of(connection)
            if self._known is None or self._known.version != version:
                self._known = build(entries(connection, self.clock()), version)
                done = self.seconds()
                self._fine_until = done + min(_PAUSE * (done - started), STALE.total_seconds())
        return self._known


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
