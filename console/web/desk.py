"""What every page works on, put together once at start and handed in by the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request
from sqlalchemy import Engine

from analytics.data_folder import DataFolder
from analytics.intake.receive import Refused
from analytics.store.store import EventStore
from console.office.settings import OfficeSettings


@dataclass(frozen=True, slots=True)
class Desk:
    """The records, the events, the data folder and the clock."""

    engine: Engine
    # The same records for statements that only read; never waits for a writer.
    reads: Engine
    store: EventStore
    data: DataFolder
    clock: Callable[[], datetime]
    # Takes the bytes of a segment and the name it came under: "stored", "had", or a refusal with its `reason`.
    receive: Callable[[bytes, str], str | Refused]
    # What the office says of itself in office.toml.
    office: OfficeSettings = field(default_factory=OfficeSettings)


def desk(request: Request) -> Desk:
    """The desk of the running application, for routes."""
    found: Desk = request.app.state.desk
    return found
