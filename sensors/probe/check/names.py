"""DNS: whether a site's names resolve, and to the addresses that are approved."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from sensors.probe.baseline import BY_FIRST_SIGHT
from sensors.probe.context import Visit
from sensors.probe.outcome import CLEAN, FAIL, UNKNOWN, Outcome, unable, why
from sensors.probe.resolve import Answer, literal_address
from sensors.probe.scope import SiteScope, host_of

DATASET: Final = "probe.dns"
UNRESOLVED: Final = "dns/unresolved"
CHANGED: Final = "dns/changed"


async def check_names(visit: Visit) -> list[Outcome]:
    """Both items for each name; the first name of the site speaks for the whole site and has no location."""
    names = names_of(visit.entry)
    if not names:
        reason = "本站以地址访问，没有域名"
        return [unable(DATASET, check_id, visit.home, reason) for check_id in (UNRESOLVED, CHANGED)]
    approved = visit.means.baselines.addresses(visit.entry.site)
    outcomes: list[Outcome] = []
    seen: dict[str, tuple[str, ...]] = {}
    for place, name in enumerate(names):
        answer = await _ask(visit, name)
        location = name if place else ""
        outcomes.append(_unresolved(visit, answer, location))
        changed = _changed(visit, answer, location, approved)
        outcomes.append(changed)
        if answer.exists:
            seen[name] = answer.addresses
    if len(seen) == len(names):
        _observe(visit, seen, approved is None and all(outcome.result != FAIL for outcome in outcomes))
    return outcomes


def names_of(entry: SiteScope) -> list[str]:
    """The names of a site, that of its first address leading."""
    first = host_of(urlsplit(entry.urls[0]).hostname or "")
    return [name for name in (first, *sorted(entry.hosts - {first})) if name and not literal_address(name)]


async def _ask(visit: Visit, name: str) -> Answer:
    answer = await visit.means.resolver.lookup(name)
    return answer if answer.exists else await visit.means.resolver.lookup(name)


def _facts(answer: Answer) -> dict[str, Any]:
    return {
        "dns.question.name": answer.name,
        "dns.question.type": "A",
        "dns.response_code": answer.code,
        "dns.resolved_ip": list(answer.addresses) or None,
        "gongga.timing.dns": answer.microseconds,
    }


def _unresolved(visit: Visit, answer: Answer, location: str) -> Outcome:
    facts = _facts(answer)
    if answer.exists:
        return Outcome(DATASET, UNRESOLVED, CLEAN, visit.home, location, facts=facts)
    if answer.code is None:
        return Outcome(DATASET, UNRESOLVED, UNKNOWN, visit.home, location, reason=answer.reason, facts=facts)
    told = {
        "NXDOMAIN": "域名不存在（NXDOMAIN）",
        "NOERROR": "域名没有地址记录",
        "SERVFAIL": "解析服务器出错（SERVFAIL）",
    }
    reasons = (why(0.9, f"{answer.name} {told.get(answer.code, answer.code)}，两次查询相同"),)
    return Outcome(
        DATASET, UNRESOLVED, FAIL, visit.home, location, f"{answer.name}: {answer.code}", reasons, facts=facts
    )


def _changed(visit: Visit, answer: Answer, location: str, approved: dict[str, frozenset[str]] | None) -> Outcome:
    facts = _facts(answer)
    known = (approved or {}).get(answer.name)
    if not answer.exists:
        reason = answer.reason or "域名没有地址"
        return Outcome(DATASET, CHANGED, UNKNOWN, visit.home, location, reason=reason, facts=facts)
    entry = visit.entry
    if known is None and not entry.addresses:
        return Outcome(DATASET, CHANGED, UNKNOWN, visit.home, location, reason="尚无经确认的解析基线", facts=facts)
    new = [found for found in answer.addresses if found not in (known or ()) and not entry.lists(ip_address(found))]
    if not new:
        return Outcome(DATASET, CHANGED, CLEAN, visit.home, location, facts=facts)
    usual = sorted(known) if known else [str(network) for network in entry.addresses]
    reasons = (why(0.9, f"{answer.name} 解析到 {'、'.join(new)}，此前确认为 {'、'.join(usual[:4])}"),)
    evidence = f"{answer.name} -> {', '.join(answer.addresses)}"
    return Outcome(DATASET, CHANGED, FAIL, visit.home, location, evidence, reasons, facts=facts)


def _observe(visit: Visit, seen: dict[str, tuple[str, ...]], first_and_clean: bool) -> None:
    means = visit.means
    means.baselines.observe_addresses(visit.entry.site, seen, means.now())
    if first_and_clean and means.settings.auto_approve_first:
        means.baselines.approve(visit.entry.site, BY_FIRST_SIGHT, means.now(), "dns")
