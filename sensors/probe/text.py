"""Bytes of a page to text, by what the page says of itself and what the bytes allow."""

from __future__ import annotations

import codecs
from typing import Final

import re2

_DECLARED: Final = re2.compile(r"(?i)charset\s*=\s*[\"']?\s*([a-z0-9_.:-]{2,40})")
_CHINESE: Final = frozenset({"gb2312", "gbk", "gb18030", "hz", "x-gbk"})
# Codecs of Python that are no character sets; a page must not choose them.
_TEXTUAL: Final = frozenset(
    {"utf-8", "gb18030", "big5", "latin-1", "cp1252", "utf-16", "shift_jis", "euc_jp", "euc_kr"}
)
_ALIASES: Final = {
    "utf8": "utf-8",
    "iso-8859-1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "windows-1252": "cp1252",
}


def decode(body: bytes, content_type: str) -> str:
    """The text of a body. What is no text comes out byte by byte, so that patterns still work on it."""
    declared = _charset(content_type) or _charset(body[:2048].decode("latin-1"))
    if declared:
        return body.decode(declared, errors="replace")
    text = _strict(body, "utf-8")
    if text is None and _texty(content_type):
        text = _strict(body, "gb18030")
    return body.decode("latin-1") if text is None else text


def _charset(text: str) -> str | None:
    match = _DECLARED.search(text)
    if not match:
        return None
    named = match.group(1).lower()
    if named in _CHINESE:
        return "gb18030"
    named = _ALIASES.get(named, named)
    return named if named in _TEXTUAL and codecs.lookup(named) else None


def _strict(body: bytes, charset: str) -> str | None:
    decoder = codecs.getincrementaldecoder(charset)(errors="strict")
    try:
        return decoder.decode(body, final=False)  # a body cut in the middle of a letter is still text
    except UnicodeDecodeError:
        return None


def _texty(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))
