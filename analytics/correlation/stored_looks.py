"""Asking the event store when a check last found a site in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from analytics.store.store import Scans
from sensors.contract.fields import PROBE

# Further back, a good look says nothing about when the fault began.
REACH: Final = timedelta(days=2)
_COLUMNS: Final = ("@timestamp", "gongga.check.id", "gongga.check.result")


@dataclass(frozen=True, slots=True)
class StoredLooks:
    """The last good look before a moment, from the probes' events; None when there is none within reach."""

    store: Scans

    def __call__(self, site_id: str, check_id: str, before: datetime) -> datetime | None:
        """When it was."""
        found = [
            newest
            for dataset in PROBE
            for table in self.store.scan(dataset, before - REACH, before, site=site_id, columns=_COLUMNS)
            if (newest := _newest(table, check_id)) is not None
        ]
        return max(found, default=None)


def _newest(table: pa.Table, check_id: str) -> datetime | None:
    good = pc.and_(
        pc.fill_null(pc.equal(table.column("gongga.check.id"), check_id), False),
        pc.fill_null(pc.equal(table.column("gongga.check.result"), "pass"), False),
    )
    newest: datetime | None = pc.max(table.filter(good).column("@timestamp")).as_py()
    return newest
