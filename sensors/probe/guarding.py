"""Telling a guard's answer (WAF, anti-bot, rate limit) from the site's own."""

from __future__ import annotations

from typing import Final

from sensors.probe.vocabulary import Vocabulary

_ALWAYS: Final = frozenset({412, 418, 429})
_WITH_WORDS: Final = frozenset({200, 202, 403, 405, 406, 501, 503})
_SHORT: Final = 16 * 1024


def guard_reason(status: int, text: str, guard: Vocabulary) -> str | None:
    """Why this is a guard's answer, or None when it looks like the site's own."""
    if status in _ALWAYS:
        return f"状态码 {status}，为防护设备的限制性应答"
    if status not in _WITH_WORDS or len(text) > _SHORT:
        return None
    words = [word for found in guard.find(text).values() for word in found]
    # A page of the site may say one such word; a refusal and a page that only refuses say it plainly.
    if len(words) >= (2 if status in (200, 202) else 1):
        return f"状态码 {status}，页面为防护拦截提示（{'、'.join(words[:3])}）"
    return None
