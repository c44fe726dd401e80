"""Running the clerk until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from analytics.data_folder import DataFolder
from analytics.db import database_url, open_database, reader
from analytics.jobs import Diary, Scheduler, open_broker
from analytics.store.parquet import ParquetStore
from console.clerk.jobs import JOBS
from console.clerk.work import Clerk
from console.office.settings import load_office

QUEUE = "gongga-clerk"


def run_clerk(
    data: DataFolder,
    stop: threading.Event,
    clock: Callable[[], datetime],
    url: str | None = None,
    broker: str | None = None,
) -> None:
    """Do the desk's own work until `stop`; `broker` as for the worker. ValueError for settings that make no sense."""
    engine = open_database(url or database_url(data.root))
    clerk = Clerk(
        engine=engine,
        reads=reader(engine),
        store=ParquetStore(data.events),
        data=data,
        office=load_office(data.root),
        clock=clock,
    )
    try:
        Scheduler(clerk, open_broker(broker), Diary(data.root / "clerk.json"), JOBS, QUEUE).run(stop)
    finally:
        engine.dispose()
