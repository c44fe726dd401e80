"""Matching answers: a pure function from a rule's request and a page to what it shows."""

from __future__ import annotations

from sensors.probe.answer import Page
from sensors.probe.exposure.rule import Extractor, Matcher, Request
from sensors.probe.masking import around


def match(request: Request, page: Page) -> str | None:
    """The masked excerpt that shows what the rule looks for, or None when the page does not match."""
    if request.matchers:
        verdicts = [holds(matcher, page) for matcher in request.matchers]
        if not (all(verdicts) if request.every else any(verdicts)):
            return None
    taken = [excerpt for extractor in request.extractors for excerpt in extract(extractor, page)]
    if not request.matchers and not taken:
        return None
    return "; ".join(taken[:3]) or _excerpt(request, page)


def holds(matcher: Matcher, page: Page) -> bool:
    """Whether one matcher holds for a page."""
    if matcher.kind == "status":
        verdicts = [page.status == code for code in matcher.patterns]
    else:
        text = part_of(page, matcher.part)
        if matcher.kind == "regex":
            verdicts = [pattern.search(text) is not None for pattern in matcher.patterns]
        elif matcher.any_case:
            lowered = text.lower()
            verdicts = [word.lower() in lowered for word in matcher.patterns]
        else:
            verdicts = [word in text for word in matcher.patterns]
    return (all(verdicts) if matcher.every else any(verdicts)) != matcher.negative


def extract(extractor: Extractor, page: Page) -> list[str]:
    """Masked excerpts an extractor takes of a page."""
    if extractor.kind == "kval":
        values = [page.header(name.replace("_", "-")) for name in extractor.patterns]
        return [around(value, 0, len(value)) for value in values if value]
    text = part_of(page, extractor.part)
    found = [pattern.search(text) for pattern in extractor.patterns]
    return [
        around(text, hit.start(extractor.group), hit.end(extractor.group), 0)
        for hit in found
        if hit and extractor.group <= (hit.re.groups or 0)
    ]


def part_of(page: Page, part: str) -> str:
    """The part of an answer a rule speaks of; headers as sent, in canonical case, sorted, after the status line."""
    if part == "body":
        return page.text
    if part == "status_code":
        return str(page.status)
    lines = sorted(f"{'-'.join(word.capitalize() for word in key.split('-'))}: {value}" for key, value in page.headers)
    head = "\r\n".join((f"HTTP/1.1 {page.status}", *lines, ""))
    return f"{head}\r\n{page.text}" if part in ("all", "response", "raw") else head


def _excerpt(request: Request, page: Page) -> str:
    for matcher in request.matchers:
        if matcher.kind == "status" or matcher.negative:
            continue
        text = part_of(page, matcher.part)
        for pattern in matcher.patterns:
            if matcher.kind == "regex":
                hit = pattern.search(text)
                span = hit.span() if hit else None
            else:
                start = text.lower().find(pattern.lower())
                span = (start, start + len(pattern)) if start >= 0 else None
            if span:
                return around(text, *span)
    return f"HTTP {page.status}"
