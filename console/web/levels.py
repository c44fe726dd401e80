"""The four official levels: word and shape for each, whichever scale a record uses."""

from __future__ import annotations

from typing import Final

from console.web.i18n import mark

# Detectors' severities, most severe first.
SEVERITIES: Final = ("critical", "high", "medium", "low", "informational")

LEVELS: Final[dict[str | int, tuple[str, str]]] = {
    "critical": ("l1", mark("特高")),
    "high": ("l2", mark("高")),
    "medium": ("l3", mark("中")),
    "low": ("l4", mark("低")),
    "informational": ("l0", mark("提示")),
    # GB/T 20986-2023: Ⅰ … Ⅳ
    1: ("l1", mark("特别重大")),
    2: ("l2", mark("重大")),
    3: ("l3", mark("较大")),
    4: ("l4", mark("一般")),
}

_UNKNOWN: Final = ("l0", mark("未定级"))


def level_shape(level: str | int | None) -> str:
    """The class name that gives a level its colour and its shape."""
    return LEVELS.get(level, _UNKNOWN)[0] if level is not None else _UNKNOWN[0]


def level_word(level: str | int | None) -> str:
    """The word of a level, as a source string."""
    return LEVELS.get(level, _UNKNOWN)[1] if level is not None else _UNKNOWN[1]


# States of incidents, findings and alerts, as people read them.
STATES: Final = {
    "open": mark("待确认"),
    "confirmed": mark("已确认"),
    "handling": mark("处置中"),
    "closed": mark("已结束"),
    "merged": mark("已合并"),
    "new": mark("新"),
    "noticed": mark("已通报"),
    "rectifying": mark("整改中"),
    "retest": mark("复测中"),
    "accepted": mark("已接受"),
    "false_positive": mark("误报"),
    "reopened": mark("反弹"),
    "acknowledged": mark("已受理"),
    "true": mark("属实"),
    "benign": mark("正常业务"),
    "false": mark("误报"),
    "escalated": mark("已转事件"),
}


def state_word(state: str) -> str:
    """The word of a state."""
    return STATES.get(state, state)
