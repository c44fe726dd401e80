"""What belongs together, and why: pure decisions over alerts and findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from analytics.alerts.alert import Alert
from analytics.alerts.claim import LEVELS
from analytics.correlation.policy import Opening, Policy
from analytics.grading.tables import Words


def graver(level: str, floor: str) -> bool:
    """Whether a level is at least another."""
    return LEVELS.index(level) >= LEVELS.index(floor)


def chained(start: Alert, others: Iterable[Alert], gap: timedelta) -> list[Alert]:
    """The alerts that hang together with one in time, none further than the gap from the next; in order."""
    waiting = sorted((one for one in others if one.id != start.id), key=lambda one: (one.first_seen, one.id))
    chain = [start]
    first, last = start.first_seen, start.last_seen
    grown = True
    while grown:
        near = [one for one in waiting if near_in_time(one.first_seen, one.last_seen, first, last, gap)]
        grown = bool(near)
        taken = {one.id for one in near}
        waiting = [one for one in waiting if one.id not in taken]
        chain.extend(near)
        first = min(one.first_seen for one in chain)
        last = max(one.last_seen for one in chain)
    return sorted(chain, key=lambda one: (one.first_seen, one.id))


def near_in_time(first: datetime, last: datetime, other_first: datetime, other_last: datetime, gap: timedelta) -> bool:
    """Whether two spans overlap or lie no further apart than the gap."""
    return first <= other_last + gap and last >= other_first - gap


def opening(alerts: Sequence[Alert], grave_findings: bool, rank: str | None, policy: Policy) -> Opening | None:
    """The first rule that makes an incident of these alerts of one site."""
    return next((rule for rule in policy.openings if _holds(rule, alerts, grave_findings, rank, policy)), None)


def _holds(rule: Opening, alerts: Sequence[Alert], grave_findings: bool, rank: str | None, policy: Policy) -> bool:
    grave = [
        alert
        for alert in alerts
        if graver(alert.level, rule.level) and (rule.classes is None or alert.class_code in rule.classes)
    ]
    if not grave or (rule.ranks is not None and rank not in rule.ranks):
        return False
    if rule.stages:
        stages = {alert.stage for alert in alerts if alert.stage and graver(alert.level, policy.joins_from)}
        if len(stages) < rule.stages:
            return False
    if rule.way_in and not (grave_findings and any(alert.stage in policy.way_in_stages for alert in grave)):
        return False
    return any(alert.last_seen - alert.first_seen >= rule.lasting for alert in grave)


def why_joins(alert: Alert, site_id: str | None, entities: Iterable[str], common: bool, policy: Policy) -> Words | None:
    """Why an alert that is near in time belongs to an incident; None when it does not. A common entity ties nothing."""
    shared = alert.entity in set(entities) and not common
    hours = policy.idle_gap.total_seconds() / 3600
    if alert.site_id is not None and alert.site_id != site_id:
        return None
    if alert.site_id is None:
        if not shared:
            return None
        return Words(f"同一来源 {alert.entity}，相隔不超过 {hours:g} 小时", f"same source {alert.entity}")
    if not (shared or graver(alert.level, policy.joins_from)):
        return None
    parts = [f"同一网站，相隔不超过 {hours:g} 小时"]
    parts_en = [f"same site within {hours:g} h"]
    if shared:
        parts.append(f"同一来源 {alert.entity}")
        parts_en.append(f"same source {alert.entity}")
    stage = policy.stages.get(alert.stage or "")
    if stage is not None:
        parts.append(f"阶段：{stage.zh}")
        parts_en.append(f"stage: {stage.en}")
    return Words("；".join(parts), "; ".join(parts_en))


def why_finding(check_id: str, policy: Policy) -> Words | None:
    """Why a standing finding of the site belongs to its incident; None when it explains nothing."""
    if check_id in policy.same_story:
        return Words("同一网站，同一时段发现，属于本事件的后果", "found on the same site; part of what happened")
    if check_id in policy.way_in_checks:
        return Words("同一网站尚未整改的隐患，可能是入侵途径", "a standing weakness of the site that may be the way in")
    return None
