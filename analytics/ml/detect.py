"""The learned detector: requests that are not usual on their site, each said why in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from analytics.alerts.claim import MOST_EVENTS, Claim, Why
from analytics.ml.profile import Profile
from analytics.ml.request import Request, read_request
from analytics.ml.score import Surprise, surprise
from sensors.contract.batch import EventBatch
from sensors.contract.fields import WEB

DETECTOR: Final = "http-profile"
PARAMETER: Final = "gongga-profile-parameter"
SCRIPT: Final = "gongga-profile-new-script"
_COLUMNS: Final = (
    "@timestamp",
    "event.id",
    "gongga.site.id",
    "source.ip",
    "http.request.method",
    "http.response.status_code",
    "url.path",
    "url.query",
)
_REMEMBERED: Final = 50_000


@dataclass(slots=True)
class _Case:
    """Odd requests of one source at one place of a site."""

    rule: str
    request: Request
    odd: Surprise
    status: int
    times: list[datetime] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


@dataclass(slots=True)
class HttpProfileDetector:
    """Claims what is far from a site's own usual. `profiles` gives the profiles in use of the sites it is asked for."""

    profiles: Callable[[set[str]], Mapping[str, Profile]]
    _scores: dict[tuple[str, ...], tuple[Request, Surprise]] = field(default_factory=dict)

    def detect(self, batch: EventBatch) -> list[Claim]:
        """Claims about the batch's HTTP exchanges; sites without a profile are kept still."""
        if batch.dataset not in WEB:
            return []
        sites = {site for site in batch.table.column("gongga.site.id").unique().to_pylist() if site}
        profiles = self.profiles(sites) if sites else {}
        if not profiles:
            return []
        cases: dict[tuple[str, str, str, str], _Case] = {}
        for at, event, site, source, status, request, odd in self._odd(batch, profiles):
            rule = SCRIPT if request.template not in profiles[site].methods else PARAMETER
            place = request.folder if rule == SCRIPT else f"{request.template}?{odd.parameter or ''}"
            case = cases.setdefault((site, source, rule, place), _Case(rule, request, odd, status))
            if odd.score > case.odd.score:
                case.request, case.odd = request, odd
            case.times.append(at)
            case.events.append(event)
        return [_claim(profiles[site], source, place, case) for (site, source, _rule, place), case in cases.items()]

    def _odd(
        self, batch: EventBatch, profiles: Mapping[str, Profile]
    ) -> Iterator[tuple[datetime, str, str, str, int, Request, Surprise]]:
        body = "gongga.http.request.body"
        bodies = batch.column(body) if body in batch.table.column_names else [None] * len(batch)
        columns = [batch.column(name) for name in _COLUMNS]
        for at, event, site, source, method, status, path, query, form in zip(*columns, bodies, strict=True):
            if site not in profiles or not path or not method or status == 404:
                continue
            request, odd = self._scored(profiles[site], method, path, query, form)
            if odd.score < profiles[site].threshold:
                continue
            if request.template not in profiles[site].methods and not 200 <= (status or 0) < 400:
                continue
            yield at, event, site, source or "", status or 0, request, odd

    def _scored(self, profile: Profile, *raw: Any) -> tuple[Request, Surprise]:
        key = (profile.id, *(part or "" for part in raw))
        known = self._scores.get(key)
        if known is None:
            if len(self._scores) >= _REMEMBERED:
                self._scores.clear()
            request = read_request(*raw)
            known = self._scores[key] = (request, surprise(profile, request))
        return known


def _claim(profile: Profile, source: str, place: str, case: _Case) -> Claim:
    count = len(case.times)
    name = case.odd.parameter
    if case.rule == SCRIPT:
        title = f"目录 {place} 出现可执行脚本请求，返回 {case.status}，此前从未出现"
        title_en = f"A script is asked for under {place} and answered {case.status}; never before"
    elif name:
        title = f"{source} 提交的参数 {name} 与本站常态不符（{case.request.template}）"
        title_en = f"{source} sent a parameter {name} unlike this site's usual ({case.request.template})"
    else:
        title = f"{source} 以从未用过的方式访问 {case.request.template}"
        title_en = f"{source} used {case.request.template} in a way never seen"
    learned = Why(
        0.1,
        f"常态学自本站 {profile.days} 天 {profile.requests} 次请求",
        f"the usual was learned from {profile.requests} requests of {profile.days} days on this site",
    )
    script = case.rule == SCRIPT
    return Claim(
        detector=DETECTOR,
        rule_id=case.rule,
        title=title,
        title_en=title_en,
        level="high" if script or case.odd.score >= 0.98 else "medium",
        site_id=profile.site_id,
        entity=source,
        first_seen=min(case.times),
        last_seen=max(case.times),
        count=count,
        why=(*case.odd.why, learned),
        event_ids=tuple(case.events[:MOST_EVENTS]),
        key=f"{DETECTOR}|{case.rule}|{profile.site_id}|{source}|{place}"[:200],
        techniques=("T1505.003",) if script else ("T1190",),
        stage="persistence" if script else "initial-access",
        class_code="02.05" if script else "02.03",
        model_id=profile.id,
    )
