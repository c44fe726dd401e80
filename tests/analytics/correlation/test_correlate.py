from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from sqlalchemy import Connection, select, update

from analytics.alerts.claim import Claim
from analytics.alerts.upsert import upsert
from analytics.correlation.correlate import Correlator
from analytics.correlation.policy import load_policy
from analytics.db import ALERT, CHANGE, FINDING, INCIDENT, INCIDENT_ENTRY, INCIDENT_MEMBER
from analytics.findings.checks import load_checks
from analytics.findings.finding import Sighting
from analytics.findings.finding import load_policy as findings_policy
from analytics.findings.upsert import upsert as upsert_findings
from analytics.grading.tables import load_tables
from analytics.inventory.inventory import Network, build
from sensors.contract.batch import EventBatch
from tests.analytics_values import claim, records, sighting
from tests.factories import at, segment
from tests.intake_bench import look, site

GATEWAY = "10.0.0.1"
INVENTORY = build(
    [site(), site("kd-002", addresses=("10.0.3.2",)), site("kd-004", addresses=("10.0.3.4",))],
    [Network(ip_network("10.0.0.0/8"), "州政务网", False), Network(ip_network("10.0.0.1/32"), "出口网关", True)],
)
NOTHING = segment("flow", {"source.ip": "192.0.2.1"}).batch
MINUTE = 60


def good_at_noon(site_id: str, check_id: str, before: datetime) -> datetime | None:
    return at(31 * MINUTE) if before > at(31 * MINUTE) else None


@dataclass(frozen=True, slots=True)
class Desk:
    """Brings claims and sightings to the correlator, as intake does."""

    connection: Connection

    def bring(
        self,
        claims: Sequence[Claim] = (),
        seen: Sequence[Sighting] = (),
        batch: EventBatch = NOTHING,
        now: float = 3600,
    ) -> tuple[str, ...]:
        alerts = upsert(self.connection, claims, INVENTORY, at(now)).alerts
        findings = upsert_findings(self.connection, seen, INVENTORY, load_checks(), findings_policy(), at(now)).findings
        correlator = Correlator(load_policy(), load_tables(), good_at_noon)
        return correlator.correlate(self.connection, INVENTORY, alerts, findings, batch, at(now))

    def members(self, incident_id: str) -> set[str]:
        found = self.connection.execute(
            select(ALERT.c.rule_id).where(
                ALERT.c.id.in_(select(INCIDENT_MEMBER.c.member_id).where(INCIDENT_MEMBER.c.incident_id == incident_id))
            )
        )
        return set(found.scalars())


@contextmanager
def desk() -> Iterator[Desk]:
    with records() as connection:
        yield Desk(connection)


def said(rule: str, minute: float, **changed: Any) -> Claim:
    moment = at(minute * MINUTE)
    return replace(claim(), rule_id=rule, key=f"{rule}|{changed}", first_seen=moment, last_seen=moment, **changed)


SCAN = said("scan", 2)
TRIES = said("sqli", 15, stage="initial-access", class_code="02.03")
UPLOAD = said("upload", 16, stage="persistence", class_code="02.05", level="high")
SCRIPT = replace(said("script", 17, stage="execution", class_code="02.04", level="high"), count=17)
TAMPER = said("tamper", 36, stage="impact", class_code="02.09", level="critical", entity="kd-003")
BEACON = said("beacon", 40, stage="command-and-control", class_code="02.18", level="high", entity="10.0.3.17")


def test_the_night_of_a_defacement_becomes_one_incident_that_tells_it() -> None:
    with desk() as here:
        for one in (SCAN, TRIES, UPLOAD, SCRIPT, TAMPER, BEACON):
            here.bring([one])

        (incident,) = here.connection.execute(select(INCIDENT)).all()
        assert here.members(incident.id) == {"scan", "sqli", "upload", "script", "tamper", "beacon"}
        assert (incident.id, incident.class_code, incident.title) == ("2026-0001", "02.09", "康定市示例局：网页篡改")
        assert incident.title_en == "Web defacement: 康定市示例局"
        assert incident.stages == [
            "reconnaissance",
            "initial-access",
            "execution",
            "persistence",
            "command-and-control",
            "impact",
        ]
        assert incident.entities == ["10.0.3.17", "203.0.113.77"]
        assert incident.occurred_at == at(2 * MINUTE)
        assert incident.last_seen == at(40 * MINUTE)


def test_the_night_is_the_same_incident_when_it_arrives_at_once_or_backwards() -> None:
    night = (SCAN, TRIES, UPLOAD, SCRIPT, TAMPER, BEACON)
    told = []
    for order in ([night], [[one] for one in reversed(night)]):
        with desk() as here:
            for part in order:
                here.bring(part)
            (incident,) = here.connection.execute(select(INCIDENT)).all()
            told.append((here.members(incident.id), incident.class_code, incident.stages, incident.entities))

    assert told[0] == told[1]


def test_the_tamper_clock_runs_from_the_last_good_look() -> None:
    with desk() as here:
        here.bring([TAMPER], now=36 * MINUTE)

        (incident,) = here.connection.execute(select(INCIDENT)).all()
        spell = incident.grading["spells"]["tamper_illegal"]
        assert spell["good"] == "2026-11-23T12:31:00.000000Z"
        assert incident.occurred_at == at(31 * MINUTE)
        assert (incident.level_proposed, incident.grading["next"][0]["at"]) == (4, "2026-11-23T13:01:00.000000Z")
        entries = {row.kind: row for row in here.connection.execute(select(INCIDENT_ENTRY))}
        assert entries["window"].at == at(31 * MINUTE)
        assert set(entries) == {"opened", "alert", "window", "grade"}


def test_time_alone_raises_the_level_and_a_good_look_ends_it() -> None:
    with desk() as here:
        here.bring([TAMPER], now=36 * MINUTE)
        here.bring(batch=look("fail", 2, 56 * MINUTE).batch, now=56 * MINUTE)
        correlator = Correlator(load_policy(), load_tables(), good_at_noon)
        assert correlator.regrade(here.connection, INVENTORY, at(57 * MINUTE)) == ()

        assert correlator.regrade(here.connection, INVENTORY, at(61 * MINUTE)) == ("2026-0001",)
        assert here.connection.execute(select(INCIDENT.c.level_proposed)).scalar_one() == 3

        assert here.bring(batch=look("pass", 3, 66 * MINUTE).batch, now=66 * MINUTE) == ("2026-0001",)
        grading = here.connection.execute(select(INCIDENT.c.grading)).scalar_one()
        assert grading["spells"]["tamper_illegal"]["clean"] == "2026-11-23T13:06:00.000000Z"
        assert grading["next"] == []
        assert correlator.regrade(here.connection, INVENTORY, at(90 * MINUTE)) == ()


def test_a_beacon_of_the_gateway_does_not_join() -> None:
    with desk() as here:
        here.bring([SCAN, TAMPER, said("gateway", 40, site_id=None, entity=GATEWAY, level="high")])
        here.bring([said("named", 41, entity=GATEWAY)])
        here.bring([said("again", 42, site_id=None, entity=GATEWAY, level="high")])

        (incident,) = here.connection.execute(select(INCIDENT)).all()
        assert here.members(incident.id) == {"scan", "tamper", "named"}


def test_an_alert_of_no_site_joins_by_a_source_that_is_rare() -> None:
    with desk() as here:
        here.bring([TAMPER, SCAN])
        here.bring([said("lone", 50, site_id=None)])

        assert here.members("2026-0001") == {"tamper", "scan", "lone"}


def test_a_scanner_of_many_sites_ties_nothing_together() -> None:
    with desk() as here:
        here.bring([TAMPER, SCAN, said("scan", 3, site_id="kd-002"), said("scan", 4, site_id="kd-004")])
        here.bring([said("lone", 50, site_id=None)])

        assert here.members("2026-0001") == {"tamper", "scan"}
        assert here.connection.execute(select(INCIDENT.c.id)).all() == [("2026-0001",)]


def test_two_sites_are_two_incidents_whatever_source_they_share() -> None:
    with desk() as here:
        here.bring([TAMPER, SCAN, said("tamper", 37, site_id="kd-002", level="critical", stage="impact")])

        assert sorted(here.connection.scalars(select(INCIDENT.c.site_id))) == ["kd-002", "kd-003"]


def test_a_weakness_that_explains_the_way_in_joins_with_its_reason() -> None:
    with desk() as here:
        here.bring(seen=[sighting(at=at(-86400)), sighting(check_id="headers/hsts-missing", location="")])
        here.bring([TAMPER])
        here.bring(seen=[sighting(check_id="exposure/backup-file", location="/backup.zip")])

        rows = here.connection.execute(select(INCIDENT_MEMBER).where(INCIDENT_MEMBER.c.kind == "finding")).all()
        assert len(rows) == 2
        assert all("可能是入侵途径" in row.why for row in rows)
        joined = here.connection.scalars(select(FINDING.c.check_id).where(FINDING.c.incident_id == "2026-0001"))
        assert sorted(joined) == ["exposure/backup-file", "exposure/git"]


def test_what_comes_after_the_idle_gap_or_after_closing_is_another_incident() -> None:
    with desk() as here:
        here.bring([TAMPER])
        here.bring([said("tamper", 36 + 361, level="critical", stage="impact")])
        here.connection.execute(update(INCIDENT).values(state="closed"))
        here.bring([said("again", 36 + 362, level="critical", stage="impact")])

        assert sorted(here.connection.scalars(select(INCIDENT.c.id))) == ["2026-0001", "2026-0002", "2026-0003"]


def test_a_confirmed_class_and_level_are_never_overwritten() -> None:
    with desk() as here:
        here.bring([TAMPER])
        here.connection.execute(
            update(INCIDENT).values(class_code="02.10", level_confirmed=2, confirmed_at=at(3600), state="confirmed")
        )
        here.bring([BEACON])

        (incident,) = here.connection.execute(select(INCIDENT)).all()
        assert (incident.class_code, incident.level_confirmed, incident.version) == ("02.10", 2, 1)
        assert here.members(incident.id) == {"tamper", "beacon"}


def test_scans_and_vain_tries_alone_open_nothing() -> None:
    with desk() as here:
        assert here.bring([SCAN, TRIES]) == ()
        assert here.connection.execute(select(INCIDENT)).all() == []


def test_pages_are_told_and_nothing_is_written_twice() -> None:
    with desk() as here:
        here.bring([TAMPER])
        entries = len(here.connection.execute(select(INCIDENT_ENTRY)).all())
        here.bring([said("tamper", 36, stage="impact", class_code="02.09", level="critical", entity="kd-003")])

        assert len(here.connection.execute(select(INCIDENT_ENTRY)).all()) == entries
        assert "incident" in set(here.connection.scalars(select(CHANGE.c.topic)))


def test_a_slight_alert_that_joins_nothing_opens_no_second_incident_beside_the_first() -> None:
    with desk() as here:
        here.bring([TAMPER, SCAN])
        slight = said("slight", 38, level="low", entity="198.51.100.9")
        here.bring([slight, said("grave", 39, level="critical", stage="impact")])

        assert here.connection.scalars(select(INCIDENT.c.id)).all() == ["2026-0001"]
        assert here.members("2026-0001") == {"tamper", "scan", "grave"}
