"""Exposure rules on one site: two pages that do not exist first, then each rule's paths, one row for each path."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import re2

from sensors.probe.answer import Failure, Page
from sensors.probe.context import Visit
from sensors.probe.domains import registrable
from sensors.probe.exposure.match import match
from sensors.probe.exposure.rule import Request, Rule
from sensors.probe.outcome import BLOCKED, CLEAN, FAIL, UNKNOWN, Outcome, why

DATASET: Final = "probe.exposure"
PREFIX: Final = "exposure/"
_GIVE_UP: Final = 5
_ALIKE: Final = 0.95
_DIGITS: Final = re2.compile(r"\d+")
_COMPARED: Final = 20_000


@dataclass(slots=True)
class _Scan:
    visit: Visit
    variables: Mapping[str, str]
    missing: list[Page] = field(default_factory=list)
    asked: dict[tuple[str, ...], Page | Failure] = field(default_factory=dict)
    stumbles: int = 0
    stopped: str | None = None
    stopped_as: str = UNKNOWN

    async def fetch(self, request: Request, url: str) -> Page | Failure | None:
        """The page, asked once per scan; None when the scan has stopped."""
        key = (
            request.method.value,
            url,
            str(sorted(request.headers.items())),
            str(request.redirects),
            str(request.limit),
        )
        if key in self.asked:
            return self.asked[key]
        if self.stopped:
            return None
        page = await self.visit.means.fetcher.fetch(
            url, request.method, request.headers, request.redirects, request.limit, request.same_host
        )
        self.asked[key] = page
        self._count(page)
        return page

    def _count(self, page: Page | Failure) -> None:
        if isinstance(page, Page) and not page.blocked:
            self.stumbles = 0
            return
        self.stumbles += 1
        if self.stumbles >= _GIVE_UP:
            blocked = isinstance(page, Page)
            said = page.blocked if isinstance(page, Page) else page.reason
            self.stopped = f"连续 {_GIVE_UP} 次{'被拦截' if blocked else '失败'}，本轮停止：{said}"
            self.stopped_as = BLOCKED if blocked else UNKNOWN

    def soft(self, url: str, page: Page) -> bool:
        """Whether a page is what the site answers for anything that does not exist."""
        path = urlsplit(url).path
        return path not in ("", "/") and any(
            other.status == page.status and alike(page, other) for other in self.missing if other.status < 400
        )


def alike(page: Page, other: Page) -> bool:
    """Whether two pages are the same but for their own paths and numbers."""
    one, two = _neutral(page), _neutral(other)
    if one == two:
        return True
    if not one or not two or abs(len(one) - len(two)) > 0.1 * max(len(one), len(two)):
        return False
    ratio = difflib.SequenceMatcher(None, one.split(), two.split(), autojunk=False)
    return ratio.quick_ratio() >= _ALIKE and ratio.ratio() >= _ALIKE


async def check_exposure(visit: Visit) -> list[Outcome]:
    """One outcome for each rule and path asked; a rule that stops at its first match has none for the rest."""
    scan = _Scan(visit, _variables(visit))
    wanted = [rule for rule in visit.means.rules if visit.only in (None, PREFIX + rule.id)]
    if not wanted:
        return []
    for suffix in ("", ".html"):
        url = f"{scan.variables['RootURL']}/{visit.means.token()}{suffix}"
        page = await visit.means.fetcher.fetch(url, follow=False)
        if isinstance(page, Page) and not page.blocked:
            scan.missing.append(page)
    outcomes: list[Outcome] = []
    for rule in wanted:
        for request in rule.requests:
            outcomes += await _ask(scan, rule, request)
    return outcomes


async def _ask(scan: _Scan, rule: Rule, request: Request) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for template in request.paths:
        url = fill(template, scan.variables)
        # A page that is asked for under a name nobody has belongs to the site, not to that name.
        location = "" if "{{randstr}}" in template else urlsplit(url).path or "/"
        page = await scan.fetch(request, url)
        outcome = _judge(scan, rule, request, url, location, page)
        outcomes.append(outcome)
        if outcome.result == FAIL and request.first_only:
            break
    return outcomes


def _judge(scan: _Scan, rule: Rule, request: Request, url: str, location: str, page: Page | Failure | None) -> Outcome:
    check_id = PREFIX + rule.id
    facts: dict[str, object] = {"rule.id": rule.id}
    if page is None:
        return Outcome(DATASET, check_id, scan.stopped_as, url, location, reason=scan.stopped, facts=facts)
    if isinstance(page, Failure):
        return Outcome(DATASET, check_id, UNKNOWN, url, location, reason=page.reason, address=page.address, facts=facts)
    facts |= page.facts()
    if page.blocked:
        return Outcome(
            DATASET, check_id, BLOCKED, url, location, reason=page.blocked, address=page.address, facts=facts
        )
    excerpt = match(request, page)
    if excerpt is None or ("{{randstr}}" not in "".join(request.paths) and scan.soft(url, page)):
        return Outcome(DATASET, check_id, CLEAN, url, location, address=page.address, facts=facts)
    reasons = (
        why(0.95, f"{urlsplit(url).path or '/'} 返回 {page.status}，内容符合“{rule.name}”的特征"),
        why(0.5, f"与本站不存在页面的应答不同（{'、'.join(str(other.status) for other in scan.missing) or '未取得'}）"),
    )
    return Outcome(DATASET, check_id, FAIL, url, location, excerpt, reasons, None, page.address, facts)


def fill(template: str, variables: Mapping[str, str]) -> str:
    """A rule's path with the site's names in it."""
    filled = template
    for name, value in variables.items():
        filled = filled.replace("{{" + name + "}}", value)
    return filled


def _variables(visit: Visit) -> dict[str, str]:
    parts = urlsplit(visit.home)
    host = parts.hostname or ""
    root = f"{parts.scheme}://{parts.netloc}"
    base = root + parts.path.rsplit("/", 1)[0].rstrip("/")
    return {
        "BaseURL": base,
        "RootURL": root,
        "Hostname": parts.netloc,
        "Host": host,
        "Port": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "Scheme": parts.scheme,
        "FQDN": host,
        "RDN": registrable(host),
        "DN": registrable(host).split(".")[0],
        "randstr": visit.means.token(),
    }


def _neutral(page: Page) -> str:
    path = urlsplit(page.url).path
    text = page.text[:_COMPARED].replace(path, "").replace(path.strip("/"), "") if path.strip("/") else page.text
    return str(_DIGITS.sub("0", text[:_COMPARED]))
