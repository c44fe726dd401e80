"""Alerts and findings become incidents, inside the caller's transaction. Never joined over a common host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert

from analytics.alerts.alert import ENDED, Alert
from analytics.correlation.group import chained, near_in_time, opening, why_finding, why_joins
from analytics.correlation.incident import AT_REST, Incident
from analytics.correlation.policy import Opening, Policy
from analytics.correlation.readings import LastGood, Reading, readings
from analytics.correlation.records import (
    enter,
    join,
    new_id,
    one_incident,
    open_incidents,
    sites_touched,
    standing,
    unassigned,
    widen,
)
from analytics.correlation.refresh import Means, refresh, title
from analytics.db import INCIDENT
from analytics.findings.finding import GONE, MACHINE, Finding
from analytics.grading.tables import Tables, Words
from analytics.inventory.inventory import Inventory
from sensors.contract.batch import EventBatch


@dataclass(frozen=True, slots=True)
class Correlator:
    """Groups what one batch brought with what is known. `last_good` asks the event store."""

    policy: Policy
    tables: Tables
    last_good: LastGood

    def correlate(
        self,
        connection: Connection,
        inventory: Inventory,
        alerts: Iterable[Alert],
        findings: Iterable[Finding],
        batch: EventBatch,
        now: datetime,
    ) -> tuple[str, ...]:
        """Join or open incidents for these alerts and findings; the ids of those that changed."""
        ordered = sorted(alerts, key=lambda alert: (alert.first_seen, alert.id))
        touched = {alert.incident_id for alert in ordered if alert.incident_id is not None}
        free = [alert for alert in ordered if alert.incident_id is None and alert.status not in ENDED]
        homeless = []
        for alert in free:
            found = self._join_home(connection, inventory, alert, now)
            if found is None:
                homeless.append(alert)
            else:
                touched.add(found)
        weighed: set[str] = set()
        for alert in homeless:
            if alert.site_id is not None and alert.id not in weighed:
                found, together = self._open(connection, inventory, alert, now)
                weighed |= together
                touched |= {found} if found else set()
        touched |= self._findings(connection, findings, now)
        looks = readings(batch, (kind.check for kind in self.tables.kinds.values()))
        watched = self._watched(connection, {look.site_id for look in looks}) - touched
        changed = [
            incident.id
            for incident in (one_incident(connection, incident_id) for incident_id in sorted(touched | watched))
            if incident is not None
            and incident.state not in AT_REST
            and self._refresh(connection, incident, inventory, looks, now, certain=incident.id in touched)
        ]
        return tuple(changed)

    def regrade(self, connection: Connection, inventory: Inventory, now: datetime) -> tuple[str, ...]:
        """Propose anew for every open incident that a spell is running in: time alone can raise a level."""
        return tuple(
            incident.id
            for incident in open_incidents(connection)
            if _may_rise(incident) and self._refresh(connection, incident, inventory, (), now, certain=False)
        )

    def _refresh(
        self,
        connection: Connection,
        incident: Incident,
        inventory: Inventory,
        looks: Sequence[Reading],
        now: datetime,
        *,
        certain: bool,
    ) -> bool:
        means = Means(inventory, self.policy, self.tables, self.last_good)
        return refresh(connection, incident, means, looks, now, certain=certain)

    def _watched(self, connection: Connection, sites: set[str]) -> set[str]:
        """Open incidents whose spells these looks may lengthen or end."""
        if not sites:
            return set()
        return {
            incident.id
            for incident in open_incidents(connection)
            if incident.site_id in sites and incident.grading.get("spells")
        }

    def _join_home(self, connection: Connection, inventory: Inventory, alert: Alert, now: datetime) -> str | None:
        incident, why = self._home(connection, inventory, alert)
        if incident is None or why is None:
            return None
        self._join_alert(connection, incident.id, alert, why, now)
        return incident.id

    def _home(self, connection: Connection, inventory: Inventory, alert: Alert) -> tuple[Incident | None, Words | None]:
        """The newest open incident that an alert belongs to."""
        gap = self.policy.idle_gap
        common = self._is_common(connection, inventory, alert)
        for incident in reversed(open_incidents(connection, alert.first_seen - gap)):
            if near_in_time(alert.first_seen, alert.last_seen, incident.occurred_at, incident.last_seen, gap):
                why = why_joins(alert, incident.site_id, incident.entities, common, self.policy)
                if why is not None:
                    return incident, why
        return None, None

    def _is_common(self, connection: Connection, inventory: Inventory, alert: Alert) -> bool:
        if inventory.is_shared(alert.entity):
            return True
        since = alert.first_seen - self.policy.idle_gap
        return sites_touched(connection, alert.entity, since) >= self.policy.common_from_sites

    def _open(
        self, connection: Connection, inventory: Inventory, alert: Alert, now: datetime
    ) -> tuple[str | None, set[str]]:
        """The incident that an alert and what hangs together with it make, if they do; and all that was weighed."""
        gap = self.policy.idle_gap
        site = inventory.sites.get(alert.site_id or "")
        near = chained(alert, unassigned(connection, alert.first_seen - 4 * gap, alert.site_id), gap)
        together = {one.id for one in near}
        ways = standing(connection, alert.site_id or "", self.policy.way_in_checks)
        grave = any(row.severity in self.policy.way_in_severities for row in ways)
        rule = opening(near, grave, site.rank if site else None, self.policy)
        if rule is None:
            return None, together
        incident_id = self._insert(connection, inventory, near, rule, now)
        # What joins by its gravity names the sources; lesser alerts, and those of no site, join by a source so named.
        entities = {one.entity for one in near if why_joins(one, alert.site_id, (), False, self.policy)}
        lone = unassigned(connection, alert.first_seen - gap, None, sorted(entities))
        for one in (*near, *lone):
            why = why_joins(one, alert.site_id, entities, self._is_common(connection, inventory, one), self.policy)
            if why is not None:
                self._join_alert(connection, incident_id, one, why, now)
        for row in (*ways, *standing(connection, alert.site_id or "", self.policy.same_story)):
            self._join_finding(connection, incident_id, row, now)
        return incident_id, together

    def _insert(
        self, connection: Connection, inventory: Inventory, alerts: Sequence[Alert], rule: Opening, now: datetime
    ) -> str:
        site = inventory.sites.get(alerts[0].site_id or "")
        incident_id = new_id(connection, now)
        named = title(site, alerts[0].entity, None, self.tables)
        connection.execute(
            insert(INCIDENT).values(
                id=incident_id,
                title=named.zh,
                title_en=named.en,
                site_id=alerts[0].site_id,
                unit_id=site.unit_id if site else None,
                county=site.county if site else None,
                state="open",
                grading={},
                entities=[],
                stages=[],
                occurred_at=min(alert.first_seen for alert in alerts),
                detected_at=now,
                last_seen=max(alert.last_seen for alert in alerts),
                version=1,
            )
        )
        words = Words(f"系统自动立案：{rule.words.zh}", f"Opened by the platform: {rule.words.en}")
        enter(connection, incident_id, "opened", rule.id, now, now, words, MACHINE)
        return incident_id

    def _join_alert(self, connection: Connection, incident_id: str, alert: Alert, why: Words, now: datetime) -> None:
        if join(connection, incident_id, "alert", alert.id, why.zh, now):
            widen(connection, incident_id, alert)
            words = Words(f"告警：{alert.title}", f"Alert: {alert.title_en}")
            enter(connection, incident_id, "alert", alert.id, alert.first_seen, now, words, MACHINE)

    def _join_finding(self, connection: Connection, incident_id: str, row: Row[Any], now: datetime) -> None:
        why = why_finding(row.check_id, self.policy)
        if why is not None and join(connection, incident_id, "finding", row.id, why.zh, now):
            words = Words(f"隐患：{row.title}（{why.zh}）", f"Finding: {row.title_en} ({why.en})")
            enter(connection, incident_id, "finding", row.id, row.first_seen, now, words, MACHINE)

    def _findings(self, connection: Connection, findings: Iterable[Finding], now: datetime) -> set[str]:
        """Findings that stand and explain an open incident of their site join it."""
        touched = set()
        for finding in findings:
            if finding.state in GONE or why_finding(finding.check_id, self.policy) is None:
                continue
            mine = [
                incident
                for incident in open_incidents(connection, finding.last_seen - self.policy.idle_gap)
                if incident.site_id == finding.site_id
            ]
            if mine:
                for row in standing(connection, finding.site_id, [finding.check_id]):
                    if row.id == finding.id:
                        self._join_finding(connection, mine[-1].id, row, now)
                touched.add(mine[-1].id)
        return touched


def _may_rise(incident: Incident) -> bool:
    """Whether time alone may change the proposal, or somebody entered a moment that it must count from."""
    spells = incident.grading.get("spells", {}).values()
    return bool(incident.grading.get("recount")) or any(one.get("clean") is None for one in spells)
