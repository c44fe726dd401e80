"""What people add to a grading: numbers that no sensor sees, duties that were met, verdicts to weigh anew."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from analytics.correlation.move import Person
from analytics.correlation.policy import load_policy
from analytics.correlation.records import enter, one_incident
from analytics.correlation.refresh import Means, refresh
from analytics.correlation.stored_looks import StoredLooks
from analytics.db import ALERT, CHANGE, INCIDENT
from analytics.grading.tables import Words, load_tables
from analytics.inventory.inventory import load
from analytics.lifecycle import Stale, Unknown
from analytics.store.store import Scans
from sensors.contract.batch import time_text

# Kinds of the grading guide that are entered by hand, in the words of the form.
NUMBERS: Final = {
    "pi_leak": Words("泄露个人信息（人）", "Persons whose information leaked"),
    "people_affected": Words("受影响人数", "People affected"),
    "loss_yuan": Words("直接经济损失（元）", "Direct loss in yuan"),
    "tamper_views": Words("违法信息浏览次数", "Views of illegal content"),
    "product_flaw": Words("危害国家安全、公共利益的产品缺陷（个）", "Product flaws endangering the public"),
    "tamper_forwards": Words("违法信息转发次数", "Forwards of illegal content"),
}


def means_of(connection: Connection, store: Scans) -> Means:
    """What changes of incidents are made with: today's inventory, the shipped tables, the store's looks."""
    return Means(load(connection), load_policy(), load_tables(), StoredLooks(store))


def set_number(
    connection: Connection, incident_id: str, kind: str, value: int, means: Means, who: Person, version: int
) -> None:
    """Enter a number and propose anew. ValueError for a kind there is not or a number below zero; Stale, Unknown."""
    if kind not in NUMBERS:
        raise ValueError(f"there is no number {kind!r}; one of {', '.join(NUMBERS)}")
    if value < 0:
        raise ValueError(f"{NUMBERS[kind].en}: {value} is below zero")
    grading = _read(connection, incident_id, version)
    grading["numbers"] = {**grading.get("numbers", {}), kind: value}
    _write(connection, incident_id, grading, version)
    words = Words(f"{NUMBERS[kind].zh}：{value}", f"{NUMBERS[kind].en}: {value}")
    enter(connection, incident_id, "number", f"{kind}:{version + 1}", who.at, who.at, words, who.by)
    reconsider(connection, incident_id, means, who)


def meet_duty(connection: Connection, incident_id: str, clock_id: str, who: Person, version: int) -> None:
    """Note that a duty was fulfilled, which stops its clock. Unknown for a clock there is not; Stale."""
    grading = _read(connection, incident_id, version)
    clocks = [dict(clock) for clock in grading.get("clocks", ())]
    mine = next((clock for clock in clocks if clock["id"] == clock_id), None)
    if mine is None:
        raise Unknown(f"clock {clock_id} on incident {incident_id}")
    mine["met"] = time_text(who.at)
    grading["clocks"] = clocks
    _write(connection, incident_id, grading, version)
    words = Words(f"已完成：{mine['zh']}", f"Done: {mine['en']}")
    enter(connection, incident_id, "met", clock_id, who.at, who.at, words, who.by)
    site = connection.execute(select(INCIDENT.c.site_id).where(INCIDENT.c.id == incident_id)).scalar_one()
    connection.execute(insert(CHANGE).values(at=who.at, topic="incident", ref=incident_id, site_id=site))


def reconsider(connection: Connection, incident_id: str, means: Means, who: Person) -> None:
    """Propose anew after people changed something, such as a verdict on a member. Unknown when there is no such."""
    incident = one_incident(connection, incident_id)
    if incident is None:
        raise Unknown(f"incident {incident_id}")
    refresh(connection, incident, means, (), who.at, certain=True)


def reconsider_alert(connection: Connection, alert_id: str, means: Means, who: Person) -> None:
    """After a verdict on an alert, weigh the incident anew that it is in, if it is in one."""
    found = connection.execute(select(ALERT.c.incident_id).where(ALERT.c.id == alert_id)).scalar_one_or_none()
    if found is not None:
        reconsider(connection, found, means, who)


def _read(connection: Connection, incident_id: str, version: int) -> dict[str, Any]:
    incident = one_incident(connection, incident_id)
    if incident is None:
        raise Unknown(f"incident {incident_id}")
    if incident.version != version:
        raise Stale(f"incident {incident_id}")
    return dict(incident.grading)


def _write(connection: Connection, incident_id: str, grading: dict[str, Any], version: int) -> None:
    changed = connection.execute(
        update(INCIDENT)
        .where(INCIDENT.c.id == incident_id, INCIDENT.c.version == version)
        .values(grading=grading, version=version + 1)
    ).rowcount
    if changed != 1:
        raise Stale(f"incident {incident_id}")
