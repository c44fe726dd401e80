"""What the clerk's jobs work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from analytics.data_folder import DataFolder
from analytics.store.store import EventStore
from console.office.settings import OfficeSettings


@dataclass(frozen=True, slots=True)
class Clerk:
    """The records, the data folder, what the office set, the clock. A job may die at any point and is run again."""

    engine: Engine
    # The same records for statements that only read; never waits for a writer.
    reads: Engine
    store: EventStore
    data: DataFolder
    office: OfficeSettings
    clock: Callable[[], datetime]
