"""What is due, kept on disk: a restart forgets no round, no retry and no ordered re-test."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sensors.contract.orders import Order, round_of
from sensors.probe.liveness import Liveness


@dataclass(frozen=True, slots=True)
class Due:
    """One run of a check family on a site. A retry keeps its round and counts its attempts."""

    site: str
    family: str
    due_at: float
    round: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Retest:
    """A check ordered by a person, to be run once, now. `name` is the order's id where the platform gave it one."""

    id: int
    site: str
    check_id: str
    location: str
    name: str | None = None

    @property
    def round(self) -> str:
        """The name of the round that carries it out."""
        return round_of(self.name or str(self.id))


def round_name(site: str, family: str, due_at: float) -> str:
    """The name of a round: site, check family, due time."""
    return f"{site}/{family}/{datetime.fromtimestamp(due_at, UTC):%Y%m%dT%H%M%S.%fZ}"


class DueStore:
    """Due times, states and orders. Several processes may use one file: the platform orders, the sensor runs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._database = connection

    def reconcile(self, wanted: Iterable[tuple[str, str]], first: Callable[[], float]) -> None:
        """Make exactly these sites and families be scheduled; known ones keep their time, new ones get `first()`."""
        pairs = set(wanted)
        known = {(row["site"], row["family"]) for row in self._database.execute("SELECT site, family FROM due")}
        self._database.executemany("DELETE FROM due WHERE site = ? AND family = ?", sorted(known - pairs))
        for site, family in sorted(pairs - known):
            self.plan(site, family, first())

    def plan(self, site: str, family: str, due_at: float) -> None:
        """Set the next round of a family."""
        self._put(Due(site, family, due_at, round_name(site, family, due_at), 1))

    def retry(self, item: Due, due_at: float) -> None:
        """Set the next attempt of the same round."""
        self._put(Due(item.site, item.family, due_at, item.round, item.attempt + 1))

    def due(self, now: float) -> list[Due]:
        """What is due, longest waiting first."""
        rows = self._database.execute("SELECT * FROM due WHERE due_at <= ? ORDER BY due_at, site, family", (now,))
        return [_due(row) for row in rows]

    def planned(self) -> list[Due]:
        """Everything that is scheduled."""
        return [_due(row) for row in self._database.execute("SELECT * FROM due ORDER BY site, family")]

    def liveness(self, site: str) -> Liveness:
        """Where a site stands; UP when it was never asked."""
        row = self._database.execute("SELECT * FROM state WHERE site = ?", (site,)).fetchone()
        return Liveness(row["state"], row["failures"], row["successes"]) if row else Liveness()

    def stands(self, site: str, now_is: Liveness, at: float) -> None:
        """Keep where a site stands."""
        self._database.execute(
            "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?)",
            (site, now_is.state, now_is.failures, now_is.successes, at),
        )

    def order(self, site: str, check_id: str, location: str, at: datetime) -> int:
        """Order one check to be run now; returns the order's number."""
        cursor = self._database.execute(
            "INSERT INTO retest (site, check_id, location, ordered_at) VALUES (?, ?, ?, ?)",
            (site, check_id, location, at.timestamp()),
        )
        return int(cursor.lastrowid or 0)

    def take(self, order: Order) -> None:
        """Keep an order of the platform; one that is known, carried out or not, stays as it is."""
        self._database.execute(
            "INSERT OR IGNORE INTO retest (site, check_id, location, ordered_at, name) VALUES (?, ?, ?, ?, ?)",
            (order.site, order.check_id, order.location, order.ordered_at.timestamp(), order.id),
        )

    def orders(self) -> list[Retest]:
        """Orders not yet carried out, oldest first."""
        rows = self._database.execute("SELECT * FROM retest WHERE done_at IS NULL ORDER BY id")
        return [Retest(row["id"], row["site"], row["check_id"], row["location"], row["name"]) for row in rows]

    def carried_out(self, order: int, at: float) -> None:
        """Mark an order as carried out."""
        self._database.execute("UPDATE retest SET done_at = ? WHERE id = ? AND done_at IS NULL", (at, order))

    def _put(self, item: Due) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO due VALUES (?, ?, ?, ?, ?)",
            (item.site, item.family, item.due_at, item.round, item.attempt),
        )


def _due(row: sqlite3.Row) -> Due:
    return Due(row["site"], row["family"], row["due_at"], row["round"], row["attempt"])
