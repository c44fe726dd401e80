"""How times are said: in Beijing time, with how long ago, and exactly in the title."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from console.web.i18n import mark, translator

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
NEAR: Final = timedelta(hours=2)

_UNITS: Final = (
    (timedelta(days=1), mark("%(n)d 天")),
    (timedelta(hours=1), mark("%(n)d 小时")),
    (timedelta(minutes=1), mark("%(n)d 分钟")),
)


def span(length: timedelta, language: str) -> str:
    """A length of time in words: `1 小时 12 分钟`, `5 分钟`, `不到 1 分钟`."""
    say = translator(language)
    length = abs(length)
    parts: list[str] = []
    for size, words in _UNITS:
        count, length = divmod(length, size)
        if count:
            parts.append(say(words, n=count))
    # With days before them, minutes are noise.
    return " ".join(parts[:2]) or say(mark("不到 1 分钟"))


def when(at: datetime | None, now: datetime, language: str) -> Markup:
    """`11-23 14:05（5 分钟前）` as a time element; the full moment stands in its title."""
    say = translator(language)
    if at is None:
        return Markup('<span class="faint">{}</span>').format(say(mark("从未")))
    local = at.astimezone(SHANGHAI)
    shape = "%m-%d %H:%M" if local.year == now.astimezone(SHANGHAI).year else "%Y-%m-%d %H:%M"
    gap = now - at
    if abs(gap) < timedelta(minutes=1):
        ago = say(mark("刚刚"))
    elif gap > timedelta(0):
        ago = say(mark("%(span)s前"), span=_coarse(gap, language))
    else:
        ago = say(mark("%(span)s后"), span=_coarse(gap, language))
    return Markup('<time datetime="{}" title="{}">{}<span class="faint">{}</span></time>').format(
        at.isoformat(),
        local.isoformat(sep=" ", timespec="seconds"),
        local.strftime(shape),
        say(mark("（%(ago)s）"), ago=ago),
    )


def clock_state(due: datetime, now: datetime, met: datetime | bool | None = None) -> str:
    """How a clock stands: met, late, near or calm."""
    if met:
        return "met"
    if due <= now:
        return "late"
    return "near" if due - now <= NEAR else ""


def clock_words(due: datetime, now: datetime, language: str, met: datetime | bool | None = None) -> str:
    """What a clock says: what is left, by how much it is late, or that it was met."""
    say = translator(language)
    state = clock_state(due, now, met)
    if state == "met":
        return say(mark("已完成"))
    if state == "late":
        return say(mark("已超时 %(span)s"), span=span(now - due, language))
    return say(mark("剩 %(span)s"), span=span(due - now, language))


def _coarse(gap: timedelta, language: str) -> str:
    """Only the largest unit: enough for how long ago."""
    say = translator(language)
    gap = abs(gap)
    for size, words in _UNITS:
        if gap >= size:
            return say(words, n=gap // size)
    return say(mark("不到 1 分钟"))
