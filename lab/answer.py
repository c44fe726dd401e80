"""A response of a pretend site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, body, type, and further headers."""

    status: int
    body: bytes
    mime: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


def page(title: str, body: str, head: str = "") -> bytes:
    """A small whole page."""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{title}</title>{head}</head><body>{body}</body></html>'
    ).encode()
