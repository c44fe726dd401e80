"""The home page's content: replaced (篡改), hidden links (暗链), footer marks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sensors.probe.answer import Failure, Page
from sensors.probe.baseline import BY_FIRST_SIGHT, PageBaseline, page_baseline
from sensors.probe.context import Visit
from sensors.probe.drift import Drift, drift
from sensors.probe.footer import footer_marks
from sensors.probe.hidden_links import HiddenLinks, hidden_links
from sensors.probe.look import Look, look_at
from sensors.probe.outcome import BLOCKED, CLEAN, FAIL, UNKNOWN, Outcome, unable, why

DATASET: Final = "probe.content"
TAMPER: Final = "content/tamper"
HIDDEN: Final = "content/hidden-link"
FOOTER: Final = "content/footer-mark-missing"
ITEMS: Final = (TAMPER, HIDDEN, FOOTER)


async def check_content(visit: Visit) -> list[Outcome]:
    """Every content item of the home page, from one fetch, and a second one when the page seems replaced."""
    page = await visit.means.fetcher.fetch(visit.home)
    refused = _not_judged(visit, page)
    if refused or isinstance(page, Failure):
        return refused
    baselines = visit.means.baselines
    approved = baselines.page(visit.entry.site)
    look = look_at(page.text, page.url)
    tamper = await _tamper(visit, page, look, approved)
    hidden = _hidden(visit, page, look, approved)
    footer = _footer(visit, page, look, tamper.result)
    seen = page_baseline(look, visit.means.words)
    baselines.observe_page(visit.entry.site, seen, visit.means.now())
    clean = tamper.result != FAIL and hidden.result == CLEAN and not seen.words
    if approved is None and clean and visit.means.settings.auto_approve_first:
        baselines.approve(visit.entry.site, BY_FIRST_SIGHT, visit.means.now(), "page")
    return [tamper, hidden, footer]


def _not_judged(visit: Visit, page: Page | Failure) -> list[Outcome]:
    """Outcomes of an answer that is not the site's page: a failed fetch is not a changed page."""
    if isinstance(page, Failure):
        return [unable(DATASET, check_id, visit.home, page.reason) for check_id in ITEMS]
    if page.blocked:
        return [
            Outcome(
                DATASET, check_id, BLOCKED, visit.home, reason=page.blocked, address=page.address, facts=page.facts()
            )
            for check_id in ITEMS
        ]
    reason = None
    if page.status >= 400 and not visit.means.words.defacement.find(page.text):
        reason = f"首页返回 {page.status}，不作内容判断"
    elif page.cut == "time":
        reason = "首页未在时限内传完，不作内容判断"
    elif page.hops and page.hops[-1].refused:
        reason = f"首页转向授权范围外的 {urlsplit(page.hops[-1].url).netloc}，未跟随"
    if reason is None:
        return []
    return [
        Outcome(DATASET, check_id, UNKNOWN, visit.home, reason=reason, address=page.address, facts=page.facts())
        for check_id in ITEMS
    ]


async def _tamper(visit: Visit, page: Page, look: Look, approved: PageBaseline | None) -> Outcome:
    facts = _facts(page, look)
    if approved is None:
        reason = "尚无经确认的首页基线"
        return Outcome(DATASET, TAMPER, UNKNOWN, visit.home, reason=reason, address=page.address, facts=facts)
    moved = drift(approved, look, visit.means.words)
    facts |= moved.facts()
    if not moved.replaced:
        return Outcome(DATASET, TAMPER, CLEAN, visit.home, address=page.address, facts=facts)
    again = await _look_again(visit, approved)
    if not isinstance(again, Drift):
        return Outcome(DATASET, TAMPER, UNKNOWN, visit.home, "", look.title, moved.why(), again, page.address, facts)
    if not again.replaced:
        reason = "首次抓取与基线不符，复核抓取恢复正常"
        return Outcome(DATASET, TAMPER, UNKNOWN, visit.home, "", look.title, moved.why(), reason, page.address, facts)
    evidence = f"{look.title} | {look.text[:300]}"
    reasons = (*moved.why(), why(0.5, "间隔复核抓取结果一致"))
    return Outcome(DATASET, TAMPER, FAIL, visit.home, "", evidence, reasons, None, page.address, facts)


async def _look_again(visit: Visit, approved: PageBaseline) -> Drift | str:
    await visit.means.sleep(visit.means.settings.confirm_delay.total_seconds())
    page = await visit.means.fetcher.fetch(visit.home)
    if isinstance(page, Failure):
        return f"复核抓取失败：{page.reason}"
    if page.blocked:
        return f"复核抓取被拦截：{page.blocked}"
    return drift(approved, look_at(page.text, page.url), visit.means.words)


def _hidden(visit: Visit, page: Page, look: Look, approved: PageBaseline | None) -> Outcome:
    known = approved.link_hosts if approved else None
    found: HiddenLinks = hidden_links(look, visit.entry.hosts, known, visit.means.words.promotion)
    facts: Mapping[str, Any] = _facts(page, look) | {"gongga.page.hidden_hosts": list(found.hidden_hosts) or None}
    location = urlsplit(visit.home).path or "/"
    reason = "需人工复核" if found.review else None
    result = FAIL if found.alert else UNKNOWN if found.review else CLEAN
    return Outcome(
        DATASET, HIDDEN, result, visit.home, location, found.evidence, found.why, reason, page.address, facts
    )


def _footer(visit: Visit, page: Page, look: Look, tamper: str) -> Outcome:
    facts = _facts(page, look)
    if tamper == FAIL:
        reason = "首页已被替换，暂不判断页脚"
        return Outcome(DATASET, FOOTER, UNKNOWN, visit.home, reason=reason, address=page.address, facts=facts)
    marks = footer_marks(look.text)
    missing = [name for name, shown in marks.items() if shown is None]
    shown = "；".join(f"{name}：{mark or '未见'}" for name, mark in marks.items())
    if not missing:
        return Outcome(DATASET, FOOTER, CLEAN, visit.home, "", shown, (), None, page.address, facts)
    reasons = (why(0.7, f"首页未见{'、'.join(missing)}（共应有 {len(marks)} 项）"),)
    return Outcome(DATASET, FOOTER, FAIL, visit.home, "", shown, reasons, None, page.address, facts)


def _facts(page: Page, look: Look) -> dict[str, Any]:
    return page.facts() | {
        "gongga.page.title": look.title,
        "gongga.page.text_hash": look.text_hash,
        "gongga.page.body_hash": hashlib.sha256(page.body).hexdigest(),
    }
