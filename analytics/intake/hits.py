"""Remembered hits of rules that correlations count: read while a segment is looked at, written when it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from analytics.db import SIGMA_HIT
from analytics.sigma.correlate import Hit

_AT_ONCE: Final = 400


@dataclass(slots=True)
class PendingHits:
    """The hits of the database and those of the segment at hand, which `write` adds to them.

    One taker works at a time, so what was read before the transaction is still true in it.
    """

    reads: Connection
    _new: dict[tuple[str, str], Hit] = field(default_factory=dict)

    def add(self, hits: Iterable[Hit]) -> None:
        """Remember hits; one that is known already is known once."""
        for hit in hits:
            self._new.setdefault((hit.rule_id, hit.event_id), hit)

    def window(
        self, rule_ids: Collection[str], start: datetime, end: datetime, group: Mapping[str, str] | None = None
    ) -> list[Hit]:
        """Hits of these rules from start to end, both included, in order of time; of one group when one is given."""
        wanted = set(rule_ids)
        rows = self.reads.execute(
            select(SIGMA_HIT).where(SIGMA_HIT.c.rule_id.in_(sorted(wanted)), SIGMA_HIT.c.at.between(start, end))
        )
        found = {(row.rule_id, row.event_id): Hit(row.rule_id, row.event_id, row.at, row.values) for row in rows}
        for key, hit in self._new.items():
            if hit.rule_id in wanted and start <= hit.at <= end:
                found.setdefault(key, hit)
        kept = [hit for hit in found.values() if _in_group(hit, group)]
        return sorted(kept, key=lambda hit: (hit.at, hit.event_id, hit.rule_id))

    def prune(self, before: datetime) -> None:
        """Forget what is not written yet; what is stored is deleted by a job, never while a segment is looked at."""
        self._new = {key: hit for key, hit in self._new.items() if hit.at >= before}

    def write(self, connection: Connection) -> None:
        """Add the segment's hits to the database, inside the caller's transaction."""
        keys = list(self._new)
        known: set[tuple[str, str]] = set()
        for start in range(0, len(keys), _AT_ONCE):
            events = [event for _, event in keys[start : start + _AT_ONCE]]
            known |= {
                (row.rule_id, row.event_id)
                for row in connection.execute(
                    select(SIGMA_HIT.c.rule_id, SIGMA_HIT.c.event_id).where(SIGMA_HIT.c.event_id.in_(events))
                )
            }
        fresh = [
            {"rule_id": hit.rule_id, "event_id": hit.event_id, "at": hit.at, "values": dict(hit.values)}
            for key, hit in self._new.items()
            if key not in known
        ]
        if fresh:
            connection.execute(insert(SIGMA_HIT), fresh)


def prune_hits(connection: Connection, before: datetime) -> int:
    """Forget the hits from before a moment; how many those were."""
    return int(connection.execute(delete(SIGMA_HIT).where(SIGMA_HIT.c.at < before)).rowcount)


def _in_group(hit: Hit, group: Mapping[str, str] | None) -> bool:
    return group is None or all(hit.values.get(name) == value for name, value in group.items())
