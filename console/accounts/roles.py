"""What the roles are called."""

from __future__ import annotations

from typing import Final

from console.web.i18n import mark

ROLE_WORDS: Final = {
    "analyst": mark("值班员"),
    "lead": mark("研判组长"),
    "commander": mark("指挥长"),
    "editor": mark("拟稿与审核"),
    "county": mark("县级联络员"),
    "owner": mark("责任单位"),
    "screen": mark("大屏"),
    "auditor": mark("审计员"),
    "administrator": mark("管理员"),
}


def role_words(role: str) -> str:
    """The word for a role, as a source string."""
    return ROLE_WORDS.get(role, role)
