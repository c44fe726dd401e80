"""The collections of other servers that we pull from and push to: made known by a person, worked off by the clerk."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from analytics.intel.policy import load_markings
from analytics.lifecycle import Unknown
from console.audit.chain import record
from console.intelligence.exchange import accept
from console.intelligence.tables import TAXII_FEED
from console.intelligence.taxii.client import Asks, Declined, Remote, check_url
from console.intelligence.taxii.shelf import SHARED, Asked, page
from console.office.http import Unreached, ask
from sensors.contract.batch import time_of, time_text

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SECRET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
# Keys of our own lie in the same folder and never leave it.
_OURS: Final = (".key", ".pem")
DIRECTIONS: Final = ("pull", "push")
LONGEST_WAIT: Final = timedelta(hours=6)
_PUSHED_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Feed:
    """What a person says of a feed. `secret` names a file in the data folder's `keys`: user:password, or a token."""

    name: str
    direction: str
    url: str
    secret: str | None
    marking: str
    every_minutes: int = 60


def keep(connection: Connection, feed: Feed, by: str, at: datetime) -> None:
    """Make a feed known, or change it; another address begins anew. ValueError for what makes no sense."""
    if not _NAME.fullmatch(feed.name):
        raise ValueError(f"feed name {feed.name!r}: use a-z, 0-9, - and _, at most 40")
    if feed.direction not in DIRECTIONS:
        raise ValueError(f"direction {feed.direction!r}: use pull or push")
    if feed.secret is not None and not _SECRET.fullmatch(feed.secret):
        raise ValueError(f"secret {feed.secret!r}: name a file in the folder keys, without a path")
    if feed.secret is not None and feed.secret.lower().endswith(_OURS):
        raise ValueError(
            f"secret {feed.secret!r}: that is a key of the desk itself; put the token into a file of its own"
        )
    if not 1 <= feed.every_minutes <= 10_080:
        raise ValueError(f"every {feed.every_minutes} minutes: use 1 to 10080")
    load_markings().rank(feed.marking)
    values = {
        "direction": feed.direction,
        "url": check_url(feed.url),
        "secret": feed.secret,
        "marking": feed.marking,
        "every_minutes": feed.every_minutes,
        "active": True,
        "next_at": at,
        "failures": 0,
        "error": None,
    }
    before = connection.execute(select(TAXII_FEED).where(TAXII_FEED.c.name == feed.name)).one_or_none()
    if before is None:
        connection.execute(insert(TAXII_FEED).values(name=feed.name, **values))
    else:
        if (before.url, before.direction) != (values["url"], feed.direction):
            values["added_after"] = None
        connection.execute(update(TAXII_FEED).where(TAXII_FEED.c.name == feed.name).values(values))
    detail = {"direction": feed.direction, "url": feed.url, "marking": feed.marking}
    record(connection, at=at, actor=by, action="intelligence.feed", object=f"feed {feed.name}", detail=detail)


def stop(connection: Connection, name: str, by: str, at: datetime) -> None:
    """Leave a feed alone. Unknown."""
    if not connection.execute(update(TAXII_FEED).where(TAXII_FEED.c.name == name).values(active=False)).rowcount:
        raise Unknown(f"feed {name}")
    record(connection, at=at, actor=by, action="intelligence.feed_stopped", object=f"feed {name}", detail={})


def feeds(connection: Connection) -> Sequence[Row[Any]]:
    """All feeds, by name."""
    return connection.execute(select(TAXII_FEED).order_by(TAXII_FEED.c.name)).all()


@dataclass(frozen=True, slots=True)
class Visits:
    """Works off the feeds that are due. Each page is one transaction with the place it leads to: killed anywhere, it
    goes on from the page it had."""

    engine: Engine
    reads: Engine
    keys: Path
    clock: Callable[[], datetime]
    send: Asks = ask

    def run(self, only: str | None = None) -> int:
        """Visit what is due, or the one named; how many were visited."""
        due = [TAXII_FEED.c.active] + ([TAXII_FEED.c.name == only] if only else [TAXII_FEED.c.next_at <= self.clock()])
        with self.reads.begin() as connection:
            rows = connection.execute(select(TAXII_FEED).where(*due).order_by(TAXII_FEED.c.next_at)).all()
        for row in rows:
            self._visit(row)
        return len(rows)

    def _visit(self, row: Row[Any]) -> None:
        try:
            remote = Remote(row.url, self._secret(row.secret), self.send)
            self._pull(row, remote) if row.direction == "pull" else self._push(row, remote)
        except (Unreached, Declined) as error:
            self._failed(row, str(error))
            return
        at = self.clock()
        with self.engine.begin() as connection:
            done = {"last_at": at, "next_at": at + timedelta(minutes=row.every_minutes), "failures": 0, "error": None}
            connection.execute(update(TAXII_FEED).where(TAXII_FEED.c.name == row.name).values(done))

    def _pull(self, row: Row[Any], remote: Remote) -> None:
        for one in remote.pages(row.added_after):
            with self.engine.begin() as connection:
                if one.objects:
                    sent = {"type": "bundle", "id": f"feed {row.name}", "objects": list(one.objects)}
                    accept(connection, sent, row.name, row.marking, self.clock())
                if one.reached:
                    self._at(connection, row, one.reached)

    def _push(self, row: Row[Any], remote: Remote) -> None:
        markings = load_markings()
        readable = markings.names[: markings.rank(row.marking) + 1]
        after = time_of(row.added_after) if row.added_after else None
        more = True
        while more:
            wanted = Asked(SHARED, readable, versions=("all",), added_after=after, limit=_PUSHED_AT_ONCE)
            with self.reads.begin() as connection:
                rows, more = page(connection, wanted)
            if not rows:
                return
            said = remote.push([one.body for one in rows])
            after = rows[-1].added_at
            detail = {name: said.get(name) for name in ("id", "status", "success_count", "failure_count")}
            with self.engine.begin() as connection:
                self._at(connection, row, time_text(after))
                record(
                    connection,
                    at=self.clock(),
                    actor="gongga",
                    action="intelligence.pushed",
                    object=f"feed {row.name}",
                    detail={**detail, "objects": len(rows)},
                )

    def _at(self, connection: Connection, row: Row[Any], moment: str) -> None:
        mine = (TAXII_FEED.c.name == row.name, TAXII_FEED.c.url == row.url)
        connection.execute(update(TAXII_FEED).where(*mine).values(added_after=moment))

    def _failed(self, row: Row[Any], why: str) -> None:
        wait = min(timedelta(minutes=1) * 2 ** min(row.failures, 10), LONGEST_WAIT)
        at = self.clock()
        values = {"last_at": at, "next_at": at + wait, "failures": row.failures + 1, "error": why[:400]}
        with self.engine.begin() as connection:
            connection.execute(update(TAXII_FEED).where(TAXII_FEED.c.name == row.name).values(values))

    def _secret(self, name: str | None) -> str:
        if name is None:
            return ""
        try:
            return (self.keys / name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Declined(f"the secret keys/{name} cannot be read; put user:password or a token there") from error
