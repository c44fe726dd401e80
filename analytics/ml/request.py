"""A request as the profile sees it: a template of its path, and named values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus, unquote_to_bytes

MOST_PARAMETERS: Final = 64
LONGEST_VALUE: Final = 4096
LONGEST_SHAPE: Final = 48
SCRIPTS: Final = (".php", ".jsp", ".jspx", ".asp", ".aspx", ".ashx", ".cgi", ".pl", ".sh", ".phtml", ".cfm")
_NUMBER: Final = re.compile(r"\d+")
_PATH_PARAMETER: Final = re.compile(r";[^/]*")


@dataclass(frozen=True, slots=True)
class Request:
    """Method, path template (numbers become `{n}`), folder, whether a script is asked for, and named values."""

    method: str
    template: str
    folder: str
    script: bool
    values: tuple[tuple[str, str], ...]


def read_request(method: str, path: str, query: str | None, body: str | None) -> Request:
    """A request of its raw parts. The body counts when it is a form; anything undecodable stays as it is."""
    plain = _PATH_PARAMETER.sub("", _decoded(path.replace("+", "%2B")))[:LONGEST_VALUE]
    folder = plain.rsplit("/", 1)[0] + "/"
    values = [*_pairs(query), *_pairs(body)]
    return Request(
        method=method.upper()[:16],
        template=_NUMBER.sub("{n}", plain),
        folder=_NUMBER.sub("{n}", folder),
        script=plain.lower().endswith(SCRIPTS),
        values=tuple(values[:MOST_PARAMETERS]),
    )


def shape_of(value: str) -> str:
    """The value with runs folded: letters `a`, digits `0`, other scripts `文`, space ` `, punctuation itself."""
    shape: list[str] = []
    for character in value:
        kind = _kind(character)
        if not shape or shape[-1] != kind:
            shape.append(kind)
            if len(shape) == LONGEST_SHAPE:
                break
    return "".join(shape)


def punctuation_of(value: str) -> frozenset[str]:
    """The ASCII punctuation and control characters of a value."""
    return frozenset(character for character in value if character < "\x7f" and not character.isalnum())


def _kind(character: str) -> str:
    if character.isdigit():
        return "0"
    if character.isalpha():
        return "a" if character < "\x7f" else "文"
    return " " if character.isspace() else character


def _pairs(text: str | None) -> list[tuple[str, str]]:
    if not text or "=" not in text:
        return []
    pairs = []
    for part in text.split("&", MOST_PARAMETERS):
        name, _equals, value = part.partition("=")
        pairs.append((_decoded(name)[:64], _decoded(value)[:LONGEST_VALUE]))
    return pairs


def _decoded(text: str) -> str:
    if "%" not in text and "+" not in text:
        return text
    raw = unquote_to_bytes(text.replace("+", " "))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return unquote_plus(text, encoding="latin-1")
