from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from analytics.alerts.upsert import upsert
from analytics.correlation.move import Person, add_alerts, confirm, move, note, open_by_hand
from analytics.correlation.policy import load_policy
from analytics.correlation.refresh import Means
from analytics.db import ALERT, INCIDENT, INCIDENT_ENTRY
from analytics.grading.tables import load_tables
from analytics.inventory.inventory import build
from analytics.lifecycle import IllegalMove, Stale, Unknown
from tests.analytics_values import claim, records
from tests.factories import at
from tests.intake_bench import no_look, site

MEANS = Means(build([site()]), load_policy(), load_tables(), no_look)
LEAD = Person("lead", at(100), "研判")


def opened(connection: Connection) -> str:
    (stored,) = upsert(connection, [claim()], MEANS.inventory, at(0)).alerts
    return open_by_hand(connection, [stored.id], MEANS, LEAD)


def test_a_person_opens_an_incident_of_alerts_and_it_is_graded_at_once() -> None:
    with records() as connection:
        name = opened(connection)

        row = connection.execute(select(INCIDENT)).one()
        assert (row.id, row.state, row.class_code, row.level_proposed) == (name, "open", "02.01", 4)
        assert (row.unit_id, row.entities, row.detected_at) == ("u-kd-003", ["203.0.113.77"], at(100))
        assert connection.execute(select(ALERT.c.incident_id)).scalar_one() == name


def test_an_alert_belongs_to_one_incident_only() -> None:
    with records() as connection:
        name = opened(connection)
        alert_id = connection.execute(select(ALERT.c.id)).scalar_one()

        with pytest.raises(IllegalMove, match="2026-0001"):
            open_by_hand(connection, [alert_id], MEANS, LEAD)
        with pytest.raises(Unknown):
            add_alerts(connection, name, ["al-none"], MEANS, LEAD)
        with pytest.raises(ValueError, match="at least one"):
            open_by_hand(connection, [], MEANS, LEAD)


def test_a_person_adds_an_alert_with_a_reason() -> None:
    with records() as connection:
        name = opened(connection)
        (more,) = upsert(
            connection, [claim(key="x", stage="impact", class_code="02.09")], MEANS.inventory, at(0)
        ).alerts

        after = add_alerts(connection, name, [more.id], MEANS, LEAD)

        assert (after.class_code, after.stages) == ("02.09", ("reconnaissance", "impact"))


def test_a_confirmed_grade_stands_with_its_clocks() -> None:
    with records() as connection:
        name = opened(connection)

        after = confirm(connection, name, "02.09", 3, MEANS, LEAD, 1)

        assert (after.state, after.class_code, after.level_confirmed) == ("confirmed", "02.09", 3)
        assert (after.confirmed_at, after.version) == (at(100), 2)
        assert "R-LOC-1" in {clock["id"] for clock in after.grading["clocks"]}
        with pytest.raises(ValueError, match="no class"):
            confirm(connection, name, "77.77", 3, MEANS, LEAD, 2)
        with pytest.raises(ValueError, match="no level"):
            confirm(connection, name, "02.09", 5, MEANS, LEAD, 2)


def test_states_follow_the_table_and_what_was_read() -> None:
    with records() as connection:
        name = opened(connection)
        with pytest.raises(IllegalMove):
            move(connection, name, "handling", LEAD, 1)

        closed = move(connection, name, "closed", LEAD, 1)

        assert (closed.state, closed.closed_at) == ("closed", at(100))
        with pytest.raises(Stale):
            move(connection, name, "open", LEAD, 1)
        with pytest.raises(IllegalMove):
            confirm(connection, name, "02.09", 3, MEANS, LEAD, 2)
        with pytest.raises(Unknown):
            move(connection, "2026-0999", "closed", LEAD, 1)
        assert move(connection, name, "open", LEAD, 2).closed_at is None


def test_a_note_stands_in_the_timeline_under_its_writer() -> None:
    with records() as connection:
        name = opened(connection)

        note(connection, name, "已电话联系责任单位", LEAD)

        row = connection.execute(select(INCIDENT_ENTRY).where(INCIDENT_ENTRY.c.kind == "note")).one()
        assert (row.text, row.by, row.at) == ("已电话联系责任单位", "lead", at(100))
