"""Availability: whether a visitor gets the home page in time."""

from __future__ import annotations

from typing import Final

from sensors.probe.answer import Failure, Page
from sensors.probe.context import Visit
from sensors.probe.outcome import BLOCKED, CLEAN, FAIL, UNKNOWN, Outcome, why

DATASET: Final = "probe.http"
CHECK: Final = "availability/home"
_KINDS: Final = {
    "dns": "域名无法解析",
    "connect": "无法建立连接",
    "tls": "TLS 握手失败",
    "timeout": "规定时间内没有打开",
    "protocol": "应答不是有效的 HTTP",
}


async def check_availability(visit: Visit) -> list[Outcome]:
    """One visit to the home page. A failure of one visit is a fault here; the scheduler asks again before it counts."""
    page = await visit.means.fetcher.fetch(visit.home)
    if isinstance(page, Failure):
        if page.kind == "scope":
            return [Outcome(DATASET, CHECK, UNKNOWN, visit.home, reason=page.reason)]
        reasons = (why(0.9, f"{_KINDS[page.kind]}：{page.reason}"),)
        return [Outcome(DATASET, CHECK, FAIL, visit.home, "", page.reason, reasons, page.reason, page.address)]
    return [_of_page(visit, page)]


def _of_page(visit: Visit, page: Page) -> Outcome:
    facts = page.facts()
    if page.blocked:
        return Outcome(DATASET, CHECK, BLOCKED, visit.home, "", "", (), page.blocked, page.address, facts)
    seconds = visit.means.settings.timeout.total_seconds()
    if page.cut == "time":
        reason = f"{seconds:g} 秒内未能传完首页（已收 {len(page.body)} 字节）"
        return Outcome(DATASET, CHECK, FAIL, visit.home, "", reason, (why(0.85, reason),), reason, page.address, facts)
    if page.status >= 400:
        reason = f"首页返回状态码 {page.status}（正常为 200）"
        evidence = f"HTTP {page.status}"
        return Outcome(DATASET, CHECK, FAIL, visit.home, "", evidence, (why(0.9, reason),), None, page.address, facts)
    outside = next((hop for hop in page.hops if hop.refused), None)
    evidence = f"redirect to {outside.url} not followed: {outside.refused}" if outside else ""
    return Outcome(DATASET, CHECK, CLEAN, visit.home, "", evidence, (), None, page.address, facts)
