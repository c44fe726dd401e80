from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from analytics.db import CHANGE, METADATA, SITE, database_url, open_database, reader
from tests.factories import at

CHINA = timezone(timedelta(hours=8))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(database_url(tmp_path))
    METADATA.create_all(opened)
    yield opened
    opened.dispose()


def test_a_moment_comes_back_in_utc_whatever_its_zone(engine: Engine) -> None:
    with engine.begin() as connection:
        moment = datetime(2026, 11, 24, 2, 36, tzinfo=CHINA)
        connection.execute(insert(CHANGE).values(at=moment, topic="alert", ref="al-1"))

        assert connection.execute(select(CHANGE.c.at)).scalar_one() == datetime(2026, 11, 23, 18, 36, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(StatementError, match="has no time zone"):
        connection.execute(insert(CHANGE).values(at=at(0).replace(tzinfo=None), topic="alert", ref="al-1"))


def test_a_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    with engine.begin() as writing:
        writing.execute(insert(CHANGE).values(at=datetime.now(UTC), topic="alert", ref="al-1"))
        with reader(engine).connect() as reading:
            assert reading.execute(select(CHANGE)).all() == []


def test_what_refers_to_nothing_is_refused(engine: Engine) -> None:
    site = {
        "id": "s1",
        "unit_id": "nobody",
        "name": "网站",
        "url": "http://s1.example/",
        "hosts": [],
        "addresses": [],
        "ports": [],
        "rank": "部门",
        "is_cii": False,
        "active": True,
    }
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(SITE).values(site))


def test_the_database_survives_a_power_cut(engine: Engine) -> None:
    with reader(engine).connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
