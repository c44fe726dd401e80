"""Response headers of the home page: HSTS, framing, sniffing, versions told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import re2

from sensors.probe.answer import Failure, Page
from sensors.probe.context import Visit
from sensors.probe.outcome import BLOCKED, CLEAN, FAIL, UNKNOWN, Outcome, unable, why

DATASET: Final = "probe.http"
_HALF_A_YEAR: Final = 15_552_000
_AGE: Final = re2.compile(r"(?i)max-age\s*=\s*\"?(\d{1,12})")
_VERSION: Final = re2.compile(r"/?\s*v?\d+\.\d+")
_TELLING: Final = ("Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "X-Generator")
HSTS: Final = "headers/hsts-missing"
Verdict = tuple[str, str] | None  # reason with weight, evidence; None: clean


async def check_headers(visit: Visit) -> list[Outcome]:
    """Every header item; HSTS counts on the HTTPS address only (RFC 6797 §7.2)."""
    fetcher = visit.means.fetcher
    page = await fetcher.fetch(visit.home)
    outcomes = [_judged(visit.home, check_id, page, judge) for check_id, judge in ITEMS.items()]
    return [await _hsts(visit, page), *outcomes]


async def _hsts(visit: Visit, home: Page | Failure) -> Outcome:
    place = visit.secure()
    if place is None:
        return unable(DATASET, HSTS, visit.home, "授权范围内没有 HTTPS 端口")
    host, port = place
    url = next((url for url in visit.entry.urls if url.startswith("https:")), f"https://{host}:{port}/")
    page = home if url == visit.home else await visit.means.fetcher.fetch(url, follow=False)
    if isinstance(page, Failure):
        return unable(DATASET, HSTS, url, f"HTTPS 不可用：{page.reason}")
    return _judged(url, HSTS, page, _no_hsts)


def _judged(url: str, check_id: str, page: Page | Failure, judge: Callable[[Page], Verdict]) -> Outcome:
    if isinstance(page, Failure):
        return unable(DATASET, check_id, url, page.reason)
    if page.blocked:
        return Outcome(DATASET, check_id, BLOCKED, url, reason=page.blocked, address=page.address, facts=page.facts())
    if page.status >= 500:
        reason = f"首页返回 {page.status}，不作判断"
        return Outcome(DATASET, check_id, UNKNOWN, url, reason=reason, address=page.address, facts=page.facts())
    verdict = judge(page)
    if verdict is None:
        return Outcome(DATASET, check_id, CLEAN, url, address=page.address, facts=page.facts())
    reason, evidence = verdict
    return Outcome(DATASET, check_id, FAIL, url, "", evidence, (reason,), address=page.address, facts=page.facts())


def _no_hsts(page: Page) -> Verdict:
    said = page.header("strict-transport-security")
    if said is None:
        return why(0.8, "HTTPS 响应没有 Strict-Transport-Security"), "(header absent)"
    age = _AGE.search(said)
    if age and int(age.group(1)) >= _HALF_A_YEAR:
        return None
    return why(0.6, f"HSTS 有效期 {age.group(1) if age else '未写'} 秒，应不少于 {_HALF_A_YEAR} 秒"), said


def _framed(page: Page) -> Verdict:
    options = (page.header("x-frame-options") or "").strip().upper()
    if options in ("DENY", "SAMEORIGIN") or "frame-ancestors" in (page.header("content-security-policy") or ""):
        return None
    return why(0.7, "未设置 X-Frame-Options，也没有 CSP frame-ancestors"), f"X-Frame-Options: {options or '(absent)'}"


def _sniffed(page: Page) -> Verdict:
    said = (page.header("x-content-type-options") or "").strip().lower()
    if said == "nosniff":
        return None
    return why(0.6, "未设置 X-Content-Type-Options: nosniff"), f"X-Content-Type-Options: {said or '(absent)'}"


def _versions(page: Page) -> Verdict:
    told = [f"{name}: {page.header(name)}" for name in _TELLING if _VERSION.search(page.header(name) or "")]
    return (why(0.7, f"响应头写明软件版本（{'；'.join(told)[:120]}）"), "; ".join(told)) if told else None


ITEMS: Final[Mapping[str, Callable[[Page], Verdict]]] = {
    "headers/frame-options-missing": _framed,
    "headers/content-type-options-missing": _sniffed,
    "headers/server-version": _versions,
}
