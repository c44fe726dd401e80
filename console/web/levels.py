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
