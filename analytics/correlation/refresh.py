"""An incident follows its members: stages, entities, times, and its grade. What people confirmed stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from analytics.alerts.alert import Alert
from analytics.correlation.incident import Incident, clock_text
from analytics.correlation.policy import Policy
from analytics.correlation.readings import LastGood, Reading, spell
from analytics.correlation.records import enter, members
from analytics.db import CHANGE, INCIDENT
from analytics.findings.finding import MACHINE
from analytics.grading.document import document, moments_of, numbers_of, spells_of
from analytics.grading.propose import Facts, Proposal, Spell, propose
from analytics.grading.tables import Tables, Words
from analytics.inventory.inventory import Inventory, Site


@dataclass(frozen=True, slots=True)
class Means:
    """What a refresh is made with."""

    inventory: Inventory
    policy: Policy
    tables: Tables
    last_good: LastGood


def refresh(
    connection: Connection, incident: Incident, means: Means, looks: Sequence[Reading], now: datetime, *, certain: bool
) -> bool:
    """Bring an incident up to date with its members; whether it changed. `certain` says that it did already."""
    tables, incident = means.tables, _locked(connection, incident)
    alerts = members(connection, incident.id)
    site = means.inventory.sites.get(incident.site_id or "")
    known = spells_of(incident.grading)
    spells = {
        kind.id: found
        for kind in tables.kinds.values()
        if (found := spell(kind, alerts, looks, known.get(kind.id), means.last_good)) is not None
    }
    facts = _facts(incident, alerts, site, spells, now)
    proposal = propose(facts, tables)
    values = _values(incident, alerts, site, facts, proposal, means)
    values["grading"] = document(proposal, facts, tables, incident.grading)
    if not certain and values == {name: _stored(incident, name) for name in values}:
        return False
    connection.execute(update(INCIDENT).where(INCIDENT.c.id == incident.id).values(values))
    connection.execute(insert(CHANGE).values(at=now, topic="incident", ref=incident.id, site_id=incident.site_id))
    _tell(connection, incident, proposal, facts, tables, now)
    return True


def _locked(connection: Connection, incident: Incident) -> Incident:
    """The incident with its grading as it stands now, locked where the database can: what people wrote into it while
    we worked must not be lost."""
    statement = select(INCIDENT.c.grading).where(INCIDENT.c.id == incident.id).with_for_update()
    fresh = connection.execute(statement).scalar_one_or_none()
    return incident if fresh is None else replace(incident, grading=fresh)


def title(site: Site | None, entity: str, class_code: str | None, tables: Tables) -> Words:
    """What an incident is called: its site and its class."""
    said = tables.classes.get(class_code or "", Words("疑似网络攻击", "Suspected attack"))
    place = site.name if site else entity
    return Words(f"{place}：{said.zh}", f"{said.en}: {place}")


def _facts(
    incident: Incident, alerts: Sequence[Alert], site: Site | None, spells: dict[str, Spell], now: datetime
) -> Facts:
    confirmed = incident.level_confirmed is not None
    moments = moments_of(incident.grading)
    return Facts(
        now=now,
        detected_at=incident.detected_at,
        classes=tuple(sorted({alert.class_code for alert in alerts if alert.class_code})),
        rank=site.rank if site else None,
        protection_level=site.protection_level if site else None,
        is_cii=site.is_cii if site else False,
        spells=spells,
        numbers=numbers_of(incident.grading),
        confirmed_class=incident.class_code if confirmed else None,
        confirmed_level=incident.level_confirmed,
        confirmed_at=incident.confirmed_at,
        closed_at=incident.closed_at,
        learned_at=moments.get("learned"),
        received_at=moments.get("receipt"),
    )


def _values(
    incident: Incident,
    alerts: Sequence[Alert],
    site: Site | None,
    facts: Facts,
    proposal: Proposal,
    means: Means,
) -> dict[str, Any]:
    own = {incident.site_id, site.url if site else None, *(site.hosts if site else ())}
    entities = sorted({alert.entity for alert in alerts} - own) or list(incident.entities)
    stages = means.policy.in_order(frozenset(alert.stage for alert in alerts if alert.stage))
    named = title(site, entities[0] if entities else incident.id, proposal.class_code, means.tables)
    starts = [
        *(alert.first_seen for alert in alerts),
        *(one.start for one in facts.spells.values()),
    ]
    return {
        "title": named.zh[:300],
        "title_en": named.en[:300],
        "class_code": proposal.class_code,
        "level_proposed": proposal.level,
        "entities": entities,
        "stages": list(stages),
        "occurred_at": min(starts, default=incident.occurred_at),
        "last_seen": max((alert.last_seen for alert in alerts), default=incident.last_seen),
    }


def _tell(
    connection: Connection, incident: Incident, proposal: Proposal, facts: Facts, tables: Tables, now: datetime
) -> None:
    for kind, found in sorted(facts.spells.items()):
        words = tables.kinds[kind].words
        if found.good is not None:
            span = f"{clock_text(found.good)} 至 {clock_text(found.first_bad)}"
            text = Words(
                f"{words.zh}：最后一次正常 {clock_text(found.good)}，首次异常 {clock_text(found.first_bad)}，"
                f"发生于 {span} 之间，计时从前者开始",
                f"{words.en}: last seen in order {clock_text(found.good)}, first seen bad "
                f"{clock_text(found.first_bad)} (UTC+8); the clock runs from the former",
            )
            enter(connection, incident.id, "window", f"window:{kind}", found.good, now, text, MACHINE)
        if found.clean is not None:
            text = Words(f"{words.zh}：{clock_text(found.clean)} 检测恢复正常", f"{words.en}: seen in order again")
            ref = f"clean:{kind}:{found.clean.isoformat()}"
            enter(connection, incident.id, "clean", ref, found.clean, now, text, MACHINE)
    if incident.level_confirmed is None:
        said, level = tables.classes.get(proposal.class_code or ""), tables.levels[proposal.level]
        row = proposal.matched[0].words
        text = Words(
            f"建议定为 {said.zh if said else '未分类'}、{level.zh}事件：{row.zh}",
            f"Proposed: {said.en if said else 'unclassified'}, {level.en.lower()}: {row.en}",
        )
        ref = f"grade:{proposal.class_code}:{proposal.level}"
        enter(connection, incident.id, "grade", ref, now, now, text, MACHINE)


def _stored(incident: Incident, name: str) -> Any:
    value = getattr(incident, name)
    return list(value) if isinstance(value, tuple) else value
