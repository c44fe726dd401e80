"""Learning every site from the event store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from sqlalchemy import insert

from analytics.db import ALERT, METADATA, open_database
from analytics.inventory.importing import import_csv
from analytics.ml.fit import fit_all
from analytics.ml.learn import LearningSettings, TooLittle
from analytics.ml.profile import Profile
from tests.analytics.inventory.test_importing import SHEET
from tests.analytics.ml.traffic import table
from tests.factories import NOON


class OneSite:
    """A store that holds a table of http events of one site."""

    def scan(
        self, dataset: str, start: datetime, end: datetime, *, site: str | None, columns: tuple[str, ...]
    ) -> Iterator[pa.Table]:
        assert start < end
        if site == "kd-1":
            yield table().select(columns)


def test_each_site_gets_its_profile_or_its_reason(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        import_csv(connection, SHEET.encode(), NOON)
        connection.execute(insert(ALERT).values(suspect("192.0.2.1")))

    learned = fit_all(engine, OneSite(), tmp_path, NOON, LearningSettings())
    engine.dispose()

    assert isinstance(learned[0], Profile)
    assert learned[0].parameters["/list.jsp", "page"].sources < 40
    assert isinstance(learned[1], TooLittle)


def suspect(source: str) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(("id", "key", "detector", "rule_id", "title", "title_en"), "x")
    return row | {
        "level": "high",
        "site_id": "kd-1",
        "entity": source,
        "first_seen": NOON,
        "last_seen": NOON,
        "count": 1,
        "why": [],
        "events": [],
        "techniques": [],
        "status": "new",
        "version": 1,
    }
