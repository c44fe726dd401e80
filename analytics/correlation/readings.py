"""What a probe batch says about the checks that grading measures: bad, or good again, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from analytics.alerts.alert import Alert
from analytics.grading.propose import Spell
from analytics.grading.tables import Kind
from sensors.contract.batch import EventBatch
from sensors.contract.fields import PROBE

_HOME: Final = ("", "/", "home")


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one site by one check."""

    site_id: str
    check_id: str
    page: str
    bad: bool
    at: datetime


class LastGood(Protocol):
    """When a check last found a site in order before a moment; None when no such look is stored."""

    def __call__(self, site_id: str, check_id: str, before: datetime) -> datetime | None: ...


def readings(batch: EventBatch, checks: Iterable[str]) -> list[Reading]:
    """The looks of a batch at these checks, in order of time; those that could not tell are left out."""
    if batch.dataset not in PROBE:
        return []
    asked = set(checks)
    names = ("gongga.site.id", "gongga.check.id", "gongga.check.location", "gongga.check.result", "@timestamp")
    found = [
        Reading(site, check, "home" if (location or "") in _HOME else "other", result == "fail", at)
        for site, check, location, result, at in zip(*(batch.column(name) for name in names), strict=True)
        if site and at and check in asked and result in ("fail", "pass")
    ]
    return sorted(found, key=lambda one: (one.at, one.site_id, one.check_id, not one.bad))


def spell(
    kind: Kind, alerts: Sequence[Alert], looks: Sequence[Reading], before: Spell | None, last_good: LastGood
) -> Spell | None:
    """How long the fault of this kind lasted, by the incident's alerts and the looks since; None without one."""
    mine = [alert for alert in alerts if alert.class_code in kind.classes and alert.site_id]
    if not mine:
        return None
    first_bad = min(alert.first_seen for alert in mine)
    last_bad = max(alert.last_seen for alert in mine)
    looks = [look for look in looks if look.check_id == kind.check and look.site_id == mine[0].site_id]
    if before is None or first_bad < before.first_bad:
        good = last_good(mine[0].site_id or "", kind.check, first_bad)
        page = next((look.page for look in looks if look.bad), "home")
        known = Spell(good, first_bad, last_bad, before.clean if before else None, before.page if before else page)
    else:
        known = replace(before, last_bad=max(before.last_bad, last_bad))
    for look in looks:
        known = _after(known, look)
    return known


def _after(known: Spell, look: Reading) -> Spell:
    if look.bad:
        again = known.clean is not None and look.at > known.clean
        return replace(known, last_bad=max(known.last_bad, look.at), clean=None if again else known.clean)
    if look.at > known.last_bad:
        return replace(known, clean=min(known.clean or look.at, look.at))
    if look.at < known.first_bad:
        return replace(known, good=max(known.good or look.at, look.at))
    return known
