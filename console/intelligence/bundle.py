"""Our knowledge as STIX 2.1: what may leave of indicators, alerts and incidents, and what stays, each with its reason.

Nothing above the chosen marking, nothing that its source lets nobody pass on, and nothing about the inside of a site:
no names, no addresses of ours, no paths, no evidence; of that only the fingerprints (SHA-256 and SM3).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import stix2  # type: ignore[import-untyped]
from sqlalchemy import Row

from analytics.alerts.alert import ENDED
from analytics.grading.tables import load_tables
from analytics.intel.detect import DETECTOR
from analytics.intel.ignored import Ignored
from analytics.intel.normal import NotNormal, Value, address, domain
from analytics.intel.policy import Markings, load_markings, load_policy
from console.audit.chain import sm3_of
from console.intelligence.reasons import Refused

_SPACE: Final = uuid.UUID("0b7f5f0c-5a83-5d0a-a3b6-4c2f3a2f9a11")
_TLP: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_CONFIDENCE: Final = {"critical": 90, "high": 80, "medium": 60, "low": 40, "informational": 20}
_PATTERNS: Final = {
    "ipv4": "[ipv4-addr:value = '{}']",
    "ipv6": "[ipv6-addr:value = '{}']",
    "domain": "[domain-name:value = '{}']",
}
_SEEN: Final = {"ipv4": stix2.IPv4Address, "ipv6": stix2.IPv6Address, "domain": stix2.DomainName}


@dataclass(frozen=True, slots=True)
class Material:
    """What is to be shared: rows the asker may see, the alerts of the incidents, and the indicators behind alerts."""

    indicators: Sequence[Row[Any]] = ()
    alerts: Sequence[Row[Any]] = ()
    incidents: Sequence[tuple[Row[Any], Sequence[Row[Any]]]] = ()
    behind: Mapping[str, Row[Any]] = field(default_factory=dict)
    # the stored events of an alert, for their fingerprint
    evidence: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Built:
    """A bundle, what of the material is in it as (kind, id), and what was left out and why."""

    bundle: dict[str, Any]
    items: tuple[tuple[str, str], ...]
    left_out: tuple[Refused, ...]


def build(material: Material, marking: str, office: str, ignored: Ignored, at: datetime) -> Built:
    """A bundle of everything in the material that may go out under a marking. ValueError for an unknown one."""
    load_markings().rank(marking)
    maker = _Maker(marking, office, ignored, at, load_markings())
    for row in material.indicators:
        maker.indicator(row)
    for row in material.alerts:
        maker.alert(row, material.behind.get(row.rule_id), material.evidence.get(row.id, ()))
    for row, alerts in material.incidents:
        maker.incident(row, alerts, material)
    return maker.built()


def may_leave(row: Row[Any], marking: str, at: datetime, markings: Markings) -> tuple[str, str] | None:
    """Why an indicator must not go out under a marking, as a code and its detail; None when it may."""
    if not markings.tlp[row.tlp].passes_on:
        return "passes", markings.tlp[row.tlp].words
    if markings.rank(row.marking) > markings.rank(marking):
        return "above", row.marking
    if row.state == "revoked" or row.valid_until <= at:
        return "ended", ""
    if row.state == "ignored":
        return "inside", ""
    return None


def fingerprints(events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """SHA-256 and SM3 of events as sorted JSON: they commit us to the evidence and disclose nothing of it."""
    content = json.dumps(list(events), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
    return {"SHA-256": hashlib.sha256(content).hexdigest(), "SM3": sm3_of(content)}


@dataclass(slots=True)
class _Maker:
    marking: str
    office: str
    ignored: Ignored
    at: datetime
    markings: Markings
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[Refused] = field(default_factory=list)

    def indicator(self, row: Row[Any]) -> bool:
        why = may_leave(row, self.marking, self.at, self.markings)
        if why is not None:
            self.left_out.append(Refused(row.id, *why))
            return False
        body = dict(row.body)
        if not body.get("object_marking_refs"):
            # A marking that its channel gave must not be lost on the way.
            body["object_marking_refs"] = [self._tlp(row.tlp)]
        else:
            self._tlp(row.tlp)
        self.objects[body["id"]] = body
        self.items.append(("indicator", row.id))
        return True

    def alert(self, row: Row[Any], behind: Row[Any] | None, events: Sequence[Mapping[str, Any]]) -> str | None:
        """Put in what an alert tells of the outside; the id of its indicator, None when it stays here."""
        if row.status in ENDED:
            self.left_out.append(Refused(row.id, "ended"))
            return None
        if row.detector == DETECTOR:
            return self._sighting(row, behind, events)
        if self.markings.rank(self.markings.ours) > self.markings.rank(self.marking):
            self.left_out.append(Refused(row.id, "above", self.markings.ours))
            return None
        value = _value(row.entity)
        if value is None or self.ignored.why(value) is not None:
            self.left_out.append(Refused(row.id, "inside"))
            return None
        seen = self._observed(row, value, events)
        made = self._indicator(row, value)
        self._tie(made["id"], "based-on", seen)
        self.items.append(("alert", row.id))
        return str(made["id"])

    def incident(self, row: Row[Any], alerts: Sequence[Row[Any]], material: Material) -> None:
        if self.markings.rank(self.markings.ours) > self.markings.rank(self.marking):
            self.left_out.append(Refused(row.id, "above", self.markings.ours))
            return
        tables = load_tables()
        level = row.level_confirmed or row.level_proposed
        words = tables.classes.get(row.class_code or "")
        made = stix2.Incident(
            id=_id("incident", row.id),
            created_by_ref=self._identity(),
            created=row.detected_at,
            modified=max(row.detected_at, row.last_seen),
            name=words.zh if words else "网络安全事件",
            labels=[f"class:{row.class_code or '?'}", f"level:{level or '?'}", f"state:{row.state}"],
            external_references=[{"source_name": "gongga", "external_id": row.id}],
            object_marking_refs=[self._ours()],
        )
        self._put(made)
        for alert in alerts:
            told = self.alert(alert, material.behind.get(alert.rule_id), material.evidence.get(alert.id, ()))
            if told is not None:
                self._tie(told, "related-to", made["id"])
        self.items.append(("incident", row.id))

    def built(self) -> Built:
        bundle = {"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "objects": list(self.objects.values())}
        return Built(bundle, tuple(dict.fromkeys(self.items)), tuple(dict.fromkeys(self.left_out)))

    def _sighting(self, row: Row[Any], behind: Row[Any] | None, events: Sequence[Mapping[str, Any]]) -> str | None:
        """What others told us about was met here: the alert goes only where their word may go."""
        if behind is None or not self.indicator(behind):
            self.left_out.append(Refused(row.id, "passes" if behind is not None else "ended"))
            return None
        if self.markings.rank(self.markings.ours) > self.markings.rank(self.marking):
            self.left_out.append(Refused(row.id, "above", self.markings.ours))
            return None
        seen = self._observed(row, _value(row.entity), events)
        made = stix2.Sighting(
            id=_id("sighting", row.id),
            created_by_ref=self._identity(),
            created=row.first_seen,
            modified=row.last_seen,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            count=_times(row),
            sighting_of_ref=behind.stix_id,
            observed_data_refs=[seen],
            object_marking_refs=[self._tlp(behind.tlp), self._ours()],
        )
        self._put(made)
        self.items.append(("alert", row.id))
        return str(behind.stix_id)

    def _observed(self, row: Row[Any], value: Value | None, events: Sequence[Mapping[str, Any]]) -> str:
        refs = []
        if value is not None and "/" not in value.value and self.ignored.why(value) is None:
            refs.append(self._put(_SEEN[value.kind](value=value.value)))
        file = stix2.File(name=f"{row.id}.json", hashes=fingerprints(events), allow_custom=True)
        refs.append(self._put(file))
        made = stix2.ObservedData(
            id=_id("observed-data", row.id),
            created_by_ref=self._identity(),
            created=row.first_seen,
            modified=row.last_seen,
            first_observed=row.first_seen,
            last_observed=row.last_seen,
            number_observed=_times(row),
            object_refs=refs,
            object_marking_refs=[self._ours()],
        )
        return self._put(made)

    def _indicator(self, row: Row[Any], value: Value) -> Any:
        words = load_tables().classes.get(row.class_code or "")
        named = [{"source_name": "mitre-attack", "external_id": one} for one in row.techniques]
        phases = [{"kill_chain_name": "mitre-attack", "phase_name": row.stage}] if row.stage else []
        made = stix2.Indicator(
            id=_id("indicator", f"{row.id}|{value.value}"),
            created_by_ref=self._identity(),
            created=row.first_seen,
            modified=row.last_seen,
            name=f"{words.zh if words else '网络攻击'}来源 {value.value}",
            indicator_types=["malicious-activity"],
            pattern=_PATTERNS[value.kind].format(value.value),
            pattern_type="stix",
            valid_from=row.first_seen,
            valid_until=load_policy().ends({value.kind}, row.last_seen, None),
            confidence=_CONFIDENCE[row.level],
            kill_chain_phases=phases,
            external_references=[*named, {"source_name": "gongga", "external_id": row.id}],
            object_marking_refs=[self._ours()],
        )
        self._put(made)
        return made

    def _tie(self, source: str, how: str, target: str) -> None:
        made = stix2.Relationship(
            id=_id("relationship", f"{source}|{how}|{target}"),
            created_by_ref=self._identity(),
            created=self.at,
            modified=self.at,
            relationship_type=how,
            source_ref=source,
            target_ref=target,
            object_marking_refs=[self._ours()],
        )
        self._put(made)

    def _identity(self) -> str:
        name = _id("identity", self.office)
        if name not in self.objects:
            made = stix2.Identity(
                id=name, created=_EPOCH, modified=_EPOCH, name=self.office, identity_class="organization"
            )
            self._put(made)
        return name

    def _ours(self) -> str:
        return self._tlp(self.markings.tlp_of[self.markings.ours])

    def _tlp(self, label: str) -> str:
        one = self.markings.tlp[label]
        ref = one.definitions[0]
        self.objects.setdefault(
            ref,
            {
                "type": "marking-definition",
                "spec_version": "2.1",
                "id": ref,
                "created": "2022-10-01T00:00:00.000Z",
                "name": one.words,
                "extensions": {_TLP: {"extension_type": "property-extension", "tlp_2_0": label}},
            },
        )
        return ref

    def _put(self, made: Any) -> str:
        self.objects[made["id"]] = json.loads(made.serialize())
        return str(made["id"])


_EPOCH: Final = "2026-01-01T00:00:00.000Z"


def _id(kind: str, of: str) -> str:
    """The same id for the same thing of ours, so that sharing it again is a new version and no double."""
    return f"{kind}--{uuid.uuid5(_SPACE, f'{kind}|{of}')}"


def _times(row: Row[Any]) -> int:
    """How often; rows of any name have a method of that name, so it is asked for by its column."""
    return min(int(row._mapping["count"]), 999_999_999)


def _value(entity: str) -> Value | None:
    for read in (address, domain):
        try:
            found = read(entity)
        except NotNormal:
            continue
        # A name without a dot is a word and no host.
        return found if found.kind != "domain" or "." in found.value else None
    return None
