"""A number on the big screen, with the address of the list it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `href` opens the list whose `field` is this number, for whoever has the permission."""

    id: str
    # a source string, or the Chinese beside `en`
    zh: str
    count: int
    href: str | None = None
    permission: str = ""
    en: str | None = None
    # what is written instead of the bare number: `99.92%`, `6 分`
    text: str | None = None
    text_en: str | None = None
    field: str = "total"
    # a level whose shape and colour the words get
    level: str | int | None = None


def link(path: str, **parameters: object) -> str:
    """An address with its parameters; those that are None are left out."""
    asked = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{path}?{asked}" if asked else path


def document(figure: Figure) -> dict[str, Any]:
    """A figure as JSON values."""
    return {
        "id": figure.id,
        "label": figure.zh,
        "count": figure.count,
        "text": figure.text,
        "href": figure.href,
        "api": f"/api/v1{figure.href}" if figure.href else None,
        "field": figure.field,
    }
