"""Keeping profiles, and finding the one in use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from analytics.db import METADATA, MODEL, open_database, reader
from analytics.ml.learn import LearningSettings, TooLittle, learn
from analytics.ml.profile import Profile
from analytics.ml.shelf import Shelf, keep
from tests.analytics.ml.traffic import table
from tests.factories import NOON


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


def profile(each: int = 900) -> Profile:
    learned = learn("kd-003", [table(each=each)], LearningSettings())
    assert isinstance(learned, Profile)
    return learned


def test_the_newest_profile_of_a_site_is_in_use(engine: Engine, tmp_path: Path) -> None:
    first, second = profile(), profile(each=1200)
    with engine.begin() as connection:
        keep(connection, tmp_path, TooLittle("kd-003", "少", "little"), NOON)
        keep(connection, tmp_path, first, NOON)
        keep(connection, tmp_path, second, NOON + timedelta(days=1))

    shelf = Shelf(reader(engine), tmp_path)

    assert shelf.profiles({"kd-003", "kd-004"}) == {"kd-003": second}
    with engine.connect() as connection:
        states = connection.execute(select(MODEL.c.state).order_by(MODEL.c.fitted_at)).scalars().all()
    assert states == ["retired", "current"]


def test_a_site_with_too_little_keeps_its_former_profile_and_notes_why(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        keep(connection, tmp_path, profile(), NOON)
        keep(connection, tmp_path, TooLittle("kd-003", "少", "little"), NOON + timedelta(days=1))

    assert set(Shelf(reader(engine), tmp_path).profiles({"kd-003"})) == {"kd-003"}


def test_a_poisoned_file_is_left_out(engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = profile()
    with engine.begin() as connection:
        keep(connection, tmp_path, kept, NOON)
    (tmp_path / f"{kept.id}.json").write_bytes(b'{"format": 1}')

    assert Shelf(reader(engine), tmp_path).profiles({"kd-003"}) == {}
    assert "is left out" in caplog.text
