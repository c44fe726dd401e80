from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from analytics.alerts.upsert import upsert
from analytics.correlation.inputs import NUMBERS, means_of, meet_duty, reconsider, reconsider_alert, set_number
from analytics.correlation.move import Person, open_by_hand
from analytics.correlation.policy import load_policy
from analytics.correlation.refresh import Means
from analytics.db import ALERT, INCIDENT, INCIDENT_ENTRY
from analytics.grading.tables import load_tables
from analytics.inventory.inventory import build
from analytics.lifecycle import Stale, Unknown
from analytics.store.parquet import ParquetStore
from tests.analytics_values import claim, records
from tests.factories import at
from tests.intake_bench import no_look, site

MEANS = Means(build([site()]), load_policy(), load_tables(), no_look)
LEAD = Person("lead", at(100))


def opened(connection: Connection) -> str:
    stored = upsert(connection, [claim(), claim(key="x", class_code="03.03")], MEANS.inventory, at(0)).alerts
    return open_by_hand(connection, [one.id for one in stored], MEANS, LEAD)


def test_every_number_that_can_be_entered_is_one_that_the_guide_or_a_deadline_asks_for() -> None:
    guide = {row.kind for row in MEANS.tables.rows if row.number is not None}
    deadlines = {kind for duty in MEANS.tables.deadlines for kind in duty.numbers or ()}

    assert set(NUMBERS) == guide | deadlines


def test_a_number_raises_the_proposed_level() -> None:
    with records() as connection:
        name = opened(connection)

        set_number(connection, name, "pi_leak", 2_000_000, MEANS, LEAD, 1)

        row = connection.execute(select(INCIDENT)).one()
        assert (row.level_proposed, row.version, row.grading["matched"][0]["id"]) == (3, 2, "pi-1m")
        with pytest.raises(Stale):
            set_number(connection, name, "pi_leak", 1, MEANS, LEAD, 1)
        with pytest.raises(ValueError, match="no number"):
            set_number(connection, name, "cows", 1, MEANS, LEAD, 2)
        with pytest.raises(ValueError, match="below zero"):
            set_number(connection, name, "pi_leak", -1, MEANS, LEAD, 2)


def test_a_duty_that_was_met_stays_met_through_new_proposals() -> None:
    with records() as connection:
        name = opened(connection)

        meet_duty(connection, name, "I-GEN", LEAD, 1)
        reconsider(connection, name, MEANS, LEAD)

        clocks = connection.execute(select(INCIDENT.c.grading)).scalar_one()["clocks"]
        assert [(clock["id"], clock["met"]) for clock in clocks] == [("I-GEN", "2026-11-23T12:01:40.000000Z")]
        assert "met" in set(connection.scalars(select(INCIDENT_ENTRY.c.kind)))
        with pytest.raises(Unknown):
            meet_duty(connection, name, "R-NONE", LEAD, 2)


def test_a_verdict_on_a_member_is_weighed() -> None:
    with records() as connection:
        opened(connection)
        leak = connection.execute(select(ALERT.c.id).where(ALERT.c.class_code == "03.03")).scalar_one()
        connection.execute(update(ALERT).where(ALERT.c.id == leak).values(status="false"))

        reconsider_alert(connection, leak, MEANS, LEAD)

        assert connection.execute(select(INCIDENT.c.class_code)).scalar_one() == "02.01"
        with pytest.raises(Unknown):
            reconsider(connection, "2026-0999", MEANS, LEAD)


def test_the_means_are_made_of_the_records_and_the_store(tmp_path: Path) -> None:
    with records() as connection:
        means = means_of(connection, ParquetStore(tmp_path))

        assert means.inventory.sites == {}
        assert means.last_good("kd-003", "content/tamper", at(0)) is None
