"""The job that learns: every active site's profile anew, from the event store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
from sqlalchemy import Connection, Engine, select

from analytics.db import ALERT, SITE
from analytics.ml.learn import COLUMNS, LearningSettings, TooLittle, learn
from analytics.ml.profile import Profile
from analytics.ml.shelf import keep
from analytics.store.store import Scans
from sensors.contract.fields import WEB, fields_of

HISTORY: Final = timedelta(days=30)


def fit_all(
    engine: Engine, store: Scans, folder: Path, now: datetime, settings: LearningSettings
) -> list[Profile | TooLittle]:
    """Learn every active site from its last thirty days and put the profiles in use."""
    with engine.connect() as connection:
        sites = list(connection.scalars(select(SITE.c.id).where(SITE.c.active.is_(True)).order_by(SITE.c.id)))
        suspicious = {site: _suspicious(connection, site, now - HISTORY) for site in sites}
    learned = []
    for site in sites:
        one = learn(site, _tables(store, site, now), settings, suspicious[site])
        with engine.begin() as connection:
            keep(connection, folder, one, now)
        learned.append(one)
    return learned


def _tables(store: Scans, site: str, now: datetime) -> Iterator[pa.Table]:
    for dataset in WEB:
        carried = {field.name for field in fields_of(dataset)}
        asked = tuple(name for name in COLUMNS if name in carried)
        for table in store.scan(dataset, now - HISTORY, now, site=site, columns=asked):
            absent = [name for name in COLUMNS if name not in carried]
            nothing = pa.nulls(table.num_rows, pa.string())
            columns = {name: nothing if name in absent else table.column(name) for name in COLUMNS}
            yield pa.table(columns)


def _suspicious(connection: Connection, site: str, since: datetime) -> frozenset[str]:
    """Sources that some detector suspects and no person has called harmless."""
    entities = connection.scalars(
        select(ALERT.c.entity).where(
            ALERT.c.site_id == site,
            ALERT.c.last_seen >= since,
            ALERT.c.level.in_(("medium", "high", "critical")),
            ALERT.c.status.not_in(("false", "benign")),
        )
    )
    return frozenset(entities)
