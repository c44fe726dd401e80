from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from analytics.alerts.upsert import upsert
from analytics.correlation.move import Person, open_by_hand
from analytics.correlation.policy import load_policy
from analytics.correlation.records import one_incident
from analytics.correlation.refresh import Means, refresh, title
from analytics.db import ALERT, CHANGE, INCIDENT
from analytics.grading.tables import load_tables
from analytics.inventory.inventory import build
from tests.analytics_values import claim, records
from tests.factories import at
from tests.intake_bench import site


def never(site_id: str, check_id: str, before: datetime) -> datetime | None:
    return None


MEANS = Means(build([site()]), load_policy(), load_tables(), never)


def test_an_incident_is_called_by_its_site_and_class() -> None:
    assert title(site(), "203.0.113.77", "02.09", MEANS.tables).zh == "康定市示例局：网页篡改"
    assert title(None, "203.0.113.77", None, MEANS.tables).en == "Suspected attack: 203.0.113.77"


def test_an_alert_that_a_person_called_false_no_longer_names_the_incident() -> None:
    with records() as connection:
        claims = [claim(), claim(key="upload", rule_id="upload", class_code="02.05", stage="persistence")]
        stored = upsert(connection, claims, MEANS.inventory, at(0)).alerts
        name = open_by_hand(connection, [one.id for one in stored], MEANS, Person("lead", at(100)))
        assert connection.execute(select(INCIDENT.c.class_code)).scalar_one() == "02.05"
        connection.execute(update(ALERT).where(ALERT.c.rule_id == "upload").values(status="false"))

        incident = one_incident(connection, name)
        assert incident is not None
        assert refresh(connection, incident, MEANS, (), at(200), certain=False)

        row = connection.execute(select(INCIDENT)).one()
        assert (row.class_code, row.stages) == ("02.01", ["reconnaissance"])


def test_an_incident_that_did_not_change_is_not_told() -> None:
    with records() as connection:
        (stored,) = upsert(connection, [claim()], MEANS.inventory, at(0)).alerts
        name = open_by_hand(connection, [stored.id], MEANS, Person("lead", at(100)))
        told = len(connection.execute(select(CHANGE)).all())
        incident = one_incident(connection, name)
        assert incident is not None

        assert not refresh(connection, incident, MEANS, (), at(200), certain=False)
        assert len(connection.execute(select(CHANGE)).all()) == told
