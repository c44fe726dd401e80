"""A finding 隐患: one weakness of one site, its life as a table, and what one more observation does to it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from analytics.alerts.claim import Why
from analytics.lifecycle import IllegalMove
from sensors.contract.orders import round_of

MACHINE: Final = "gongga"
MOST_EVENTS: Final = 50
MOST_ADDRESSES: Final = 20
MOVES: Final[dict[str, frozenset[str]]] = {
    "new": frozenset({"confirmed", "accepted", "false_positive", "closed"}),
    "confirmed": frozenset({"noticed", "accepted", "false_positive", "closed"}),
    "noticed": frozenset({"rectifying", "retest", "accepted", "false_positive"}),
    "rectifying": frozenset({"retest", "noticed", "accepted"}),
    "retest": frozenset({"closed", "rectifying"}),
    "closed": frozenset({"reopened", "new"}),
    "accepted": frozenset({"reopened", "closed"}),
    "false_positive": frozenset({"reopened"}),
    "reopened": frozenset({"confirmed", "noticed", "accepted", "false_positive", "closed"}),
}
# A weakness that is not standing any more, or never was one.
GONE: Final = frozenset({"closed", "false_positive"})


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one round of a check says about one weakness of one site: it is there, or it is not."""

    site_id: str
    check_id: str
    location: str
    present: bool
    at: datetime
    addresses: tuple[str, ...] = ()
    evidence: str | None = None
    why: tuple[Why, ...] = ()
    events: tuple[str, ...] = ()
    # the round of the probe that it was seen in
    round: str = ""

    @property
    def key(self) -> str:
        """One weakness of one site, whatever port or address it was seen on."""
        return key_of(self.site_id, self.check_id, self.location)


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the findings; `version` counts changes of state, not observations."""

    id: str
    key: str
    site_id: str
    check_id: str
    location: str
    state: str
    first_seen: datetime
    last_seen: datetime
    clean_since: datetime | None
    clean_times: int
    times_seen: int
    addresses: tuple[str, ...]
    evidence: str | None
    why: tuple[Why, ...]
    events: tuple[str, ...]
    accepted_until: datetime | None
    incident_id: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a finding's life, for its history."""

    at: datetime
    state_from: str
    state_to: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Closing:
    """From which states a finding closes by itself, after how many clean observations in a row.

    `own_order`: only the round that was ordered for this finding counts.
    """

    states: frozenset[str]
    observations: int
    reason: str
    own_order: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """How findings live when nobody touches them."""

    closings: tuple[Closing, ...]
    rebound: timedelta
    # where a finding goes that its own re-test still sees, and why
    failed_to: str
    failed_reason: str


@cache
def load_policy() -> Policy:
    """The policy of `rules/grading/findings.yml`."""
    data = yaml.safe_load((files("rules") / "grading" / "findings.yml").read_text("utf-8"))
    closings = tuple(
        Closing(
            states=frozenset(entry["from"]),
            observations=entry["clean_observations"],
            reason=entry["reason"]["zh"],
            own_order=bool(entry.get("own_order", False)),
        )
        for entry in data["close"]
    )
    failed = data["retest_failed"]
    return Policy(closings, timedelta(days=data["rebound_days"]), failed["to"], failed["reason"]["zh"])


def key_of(site_id: str, check_id: str, location: str) -> str:
    """`site|check|location`, bounded for the table."""
    text = f"{site_id}|{check_id}|{location}"
    return text if len(text) <= 300 else f"{text[:267]}|{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def moved(finding: Finding, to: str) -> Finding:
    """The finding in another state. IllegalMove when the table does not allow it."""
    if to not in MOVES.get(finding.state, frozenset()):
        raise IllegalMove(f"finding {finding.id}", finding.state, to)
    return replace(
        finding,
        state=to,
        accepted_until=finding.accepted_until if to == "accepted" else None,
        # A re-test starts counting anew: what was clean before it was asked for does not answer it.
        clean_since=None if to in ("retest", "reopened") else finding.clean_since,
        clean_times=0 if to in ("retest", "reopened") else finding.clean_times,
        version=finding.version + 1,
    )


def first(sighting: Sighting) -> Finding:
    """The finding that a first sighting makes."""
    key = sighting.key
    return Finding(
        id=f"fi-{hashlib.sha256(key.encode()).hexdigest()[:12]}",
        key=key,
        site_id=sighting.site_id,
        check_id=sighting.check_id,
        location=sighting.location[:300],
        state="new",
        first_seen=sighting.at,
        last_seen=sighting.at,
        clean_since=None,
        clean_times=0,
        times_seen=1,
        addresses=sighting.addresses[:MOST_ADDRESSES],
        evidence=sighting.evidence,
        why=sighting.why,
        events=sighting.events[:MOST_EVENTS],
        accepted_until=None,
        incident_id=None,
        version=1,
    )


def observed(
    finding: Finding, sighting: Sighting, policy: Policy, order: str | None = None
) -> tuple[Finding, tuple[Move, ...]]:
    """The finding after one more sighting, and the moves that it made by itself.

    `order` is the re-test that was ordered for it and not yet answered.
    """
    own = order is not None and sighting.round == round_of(order)
    return _seen(finding, sighting, policy, own=own) if sighting.present else _clean(finding, sighting, policy, own=own)


def _seen(finding: Finding, sighting: Sighting, policy: Policy, *, own: bool) -> tuple[Finding, tuple[Move, ...]]:
    newest = sighting.at > finding.last_seen
    # What arrives late, from before the weakness was seen to be gone, says nothing against its being gone.
    late = finding.clean_since is not None and sighting.at < finding.clean_since
    after = replace(
        finding,
        first_seen=min(finding.first_seen, sighting.at),
        last_seen=max(finding.last_seen, sighting.at),
        clean_since=finding.clean_since if late else None,
        clean_times=finding.clean_times if late else 0,
        times_seen=finding.times_seen + 1,
        addresses=tuple(dict.fromkeys((*finding.addresses, *sighting.addresses)))[:MOST_ADDRESSES],
        evidence=(sighting.evidence if newest else finding.evidence) or finding.evidence,
        why=(sighting.why if newest else finding.why) or finding.why,
        events=tuple(dict.fromkeys((*sighting.events, *finding.events)))[:MOST_EVENTS],
    )
    if late:
        return after, ()
    if own and finding.state == "retest":
        return _step(after, policy.failed_to, sighting.at, policy.failed_reason)
    to, reason = _comes_back(finding, sighting.at, policy)
    return _step(after, to, sighting.at, reason) if to else (after, ())


def _comes_back(finding: Finding, at: datetime, policy: Policy) -> tuple[str | None, str]:
    if finding.state == "closed":
        days = policy.rebound.days
        if at - (finding.clean_since or finding.last_seen) <= policy.rebound:
            return "reopened", f"销号后 {days} 天内再次发现（反弹）"
        return "new", f"销号超过 {days} 天后再次发现，按新隐患处理"
    if finding.state == "accepted" and finding.accepted_until is not None and at > finding.accepted_until:
        return "reopened", "接受风险的期限已过，隐患仍在"
    return None, ""


def _clean(finding: Finding, sighting: Sighting, policy: Policy, *, own: bool) -> tuple[Finding, tuple[Move, ...]]:
    if sighting.at <= finding.last_seen or finding.state in GONE:
        return finding, ()
    after = replace(
        finding,
        clean_since=min(finding.clean_since or sighting.at, sighting.at),
        clean_times=finding.clean_times + 1,
    )
    for closing in policy.closings:
        if after.state not in closing.states or (closing.own_order and not own):
            continue
        if after.clean_times >= closing.observations:
            return _step(after, "closed", sighting.at, f"{closing.reason}（{after.clean_times} 次）")
    return after, ()


def _step(finding: Finding, to: str, at: datetime, reason: str) -> tuple[Finding, tuple[Move, ...]]:
    return moved(finding, to), (Move(at, finding.state, to, MACHINE, reason),)


def finding_of(row: Mapping[str, Any]) -> Finding:
    """The finding of a row of the table."""
    return Finding(
        id=row["id"],
        key=row["key"],
        site_id=row["site_id"],
        check_id=row["check_id"],
        location=row["location"],
        state=row["state"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        clean_since=row["clean_since"],
        clean_times=row["clean_times"],
        times_seen=row["times_seen"],
        addresses=tuple(row["addresses"]),
        evidence=row["evidence"],
        why=tuple(Why(item["weight"], item["text"], item.get("text_en", "")) for item in row["why"]),
        events=tuple(row["events"]),
        accepted_until=row["accepted_until"],
        incident_id=row["incident_id"],
        version=row["version"],
    )
