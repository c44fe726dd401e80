"""Looking back when an indicator is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from analytics.bootstrap import build_intake
from analytics.correlation.correlate import Correlator
from analytics.correlation.policy import load_policy as load_correlation
from analytics.correlation.stored_looks import StoredLooks
from analytics.data_folder import DataFolder
from analytics.db import ALERT
from analytics.grading.tables import load_tables
from analytics.intake.sweep import Sweeper
from analytics.intel.hunt import Hunt, Hunted
from analytics.intel.normal import Value
from analytics.intel.policy import load_policy
from analytics.intel.records import put
from analytics.intel.tables import INDICATOR
from analytics.store.parquet import ParquetStore
from sensors.contract.segment import write
from tests.analytics.intel.test_records import row
from tests.factories import at, segment
from tests.night import installation


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[tuple[DataFolder, Engine, Hunt]]:
    data, engine = installation(tmp_path)
    store = ParquetStore(data.events)
    correlator = Correlator(load_correlation(), load_tables(), StoredLooks(store))
    yield data, engine, Hunt(engine, store, data, correlator, load_policy())
    engine.dispose()


def seen(data: DataFolder, *rows: dict[str, Any], sequence: int = 1) -> None:
    flow = {"source.ip": "10.0.3.17", "destination.ip": "198.51.100.7", "network.transport": "tcp"}
    write(segment("flow", *({**flow, **one} for one in rows), sequence=sequence), data.inbox)
    assert {one.kind for one in Sweeper(build_intake(data, clock=lambda: at(600))).sweep()} == {"done"}


def accepted(engine: Engine, **changed: Any) -> None:
    one = row(1, valid_from=at(500), valid_until=at(86_400), **changed)
    with engine.begin() as connection:
        put(connection, [one], {one["id"]: [Value("ipv4", "198.51.100.7")]})


def alerts(engine: Engine) -> list[tuple[str, int, str]]:
    with engine.connect() as connection:
        found = connection.execute(select(ALERT).where(ALERT.c.detector == "watchlist")).all()
    return [(one.entity, one.count, "\n".join(why["text"] for why in one.why)) for one in found]


def test_the_past_is_searched_once_and_makes_the_same_alert(installed: tuple[DataFolder, Engine, Hunt]) -> None:
    data, engine, hunt = installed
    seen(data, {}, {})
    accepted(engine)

    done = hunt.run(at(700))

    assert (done.indicators, done.events, done.alerts, done.cut) == (1, 2, 1, False)
    ((entity, count, why),) = alerts(engine)
    assert (entity, count) == ("198.51.100.7", 2)
    assert "回查" in why
    assert hunt.run(at(800)) == Hunted(0, 0, 0, False)
    with engine.connect() as connection:
        assert connection.execute(select(INDICATOR.c.hunted_at)).scalar_one() == at(700)


def test_what_intake_saw_with_the_new_list_is_not_counted_again(installed: tuple[DataFolder, Engine, Hunt]) -> None:
    data, engine, hunt = installed
    accepted(engine)
    seen(data, {"@timestamp": at(501).isoformat()}, {"@timestamp": at(502).isoformat()})
    assert [count for _, count, _ in alerts(engine)] == [2]

    hunt.run(at(700))

    assert [count for _, count, _ in alerts(engine)] == [2]


def test_a_hunt_goes_back_only_so_far_and_never_past_the_end(installed: tuple[DataFolder, Engine, Hunt]) -> None:
    data, engine, hunt = installed
    old = at(700) - timedelta(days=load_policy().hunt_days, seconds=1)
    seen(data, {"@timestamp": old.isoformat()})
    accepted(engine)

    hunt.run(at(700))

    assert alerts(engine) == []


def test_a_hunt_waits_until_every_detector_knows(installed: tuple[DataFolder, Engine, Hunt]) -> None:
    data, engine, hunt = installed
    seen(data, {})
    accepted(engine, changed_at=at(690))

    assert hunt.run(at(700)).indicators == 0
    assert hunt.run(at(731)).alerts == 1


def test_a_hunt_over_too_much_stops_and_says_so(installed: tuple[DataFolder, Engine, Hunt]) -> None:
    data, engine, hunt = installed
    seen(data, {}, {})
    accepted(engine)

    assert replace(hunt, policy=replace(load_policy(), hunt_events=1)).run(at(700)).cut
