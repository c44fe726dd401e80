"""Excerpts that may be stored and shown: secrets and personal numbers are masked, length is bounded."""

from __future__ import annotations

from typing import Final

import re2

MOST: Final = 512
# What is hidden, and how much of it stays to recognise it by.
_SECRETS: Final = (
    re2.compile(
        r"(?i)((?:password|passwd|pwd|secret|token|api_?key|access_?key|credential)[\"']?\s*[:=]\s*[\"']?)[^\s\"'<>&,;]+"
    ),
    re2.compile(r"(?i)((?:authorization|cookie|set-cookie):\s*)[^\r\n]+"),
    re2.compile(r"(://[^/\s:@]{1,64}:)[^/\s@]+"),
)
_NUMBERS: Final = (
    re2.compile(r"(\b[1-9]\d{5})(?:19|20)\d{9}[\dXx]\b"),  # resident identity number
    re2.compile(r"(\b1[3-9]\d)\d{8}\b"),  # mobile number
    re2.compile(r"\b([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\b"),
    re2.compile(r"\b(AKIA|LTAI|eyJ|ghp_)[A-Za-z0-9_./+=-]{12,}"),
    re2.compile(r"\b([0-9a-fA-F]{6})[0-9a-fA-F]{26,}\b"),
)


def mask(text: str) -> str:
    """The text without its secrets, on one line, at most 512 characters."""
    short = " ".join(text[: MOST * 4].split())
    for pattern in (*_SECRETS, *_NUMBERS):
        short = pattern.sub(r"\1***", short)
    return short if len(short) <= MOST else short[: MOST - 1] + "…"


def around(text: str, start: int, end: int, margin: int = 60) -> str:
    """The masked surroundings of a match."""
    return mask(text[max(0, start - margin) : min(len(text), max(end, start) + margin, start + MOST)])
