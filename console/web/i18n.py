"""Two languages. The source strings are Chinese; English comes from the catalogue, read at first use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

from babel.messages.pofile import read_po
from fastapi import Request

LANGUAGES: Final = ("zh", "en")
COOKIE: Final = "language"


def mark(text: str) -> str:
    """Mark a source string for the catalogue where it stands in a table; it is translated where it is shown."""
    return text


def translator(language: str) -> Callable[..., str]:
    """The function that pages know as `_`: the text in this language, with `%(name)s` filled in from keywords."""
    catalogue = _english() if language == "en" else {}

    def translate(text: str, /, **values: object) -> str:
        found = catalogue.get(text, text)
        return found % values if values else found

    return translate


def language_of(request: Request, chosen: str | None = None) -> str:
    """The account's language, else the cookie's, else what the browser prefers, else Chinese."""
    for wish in (chosen, request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    for part in request.headers.get("accept-language", "").lower().split(","):
        short = part.split(";")[0].strip()[:2]
        if short in LANGUAGES:
            return short
    return "zh"


@cache
def _english() -> dict[str, str]:
    path = files("console.web") / "locale" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        return {str(message.id): str(message.string) for message in read_po(source) if message.id and message.string}
