"""Lucene syntax over the field dictionary: a text becomes one SQL condition with bound values, or one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, Final

from luqum.exceptions import ParseError
from luqum.parser import parser
from luqum.tree import (
    AndOperation,
    BoolOperation,
    FieldGroup,
    From,
    Group,
    Item,
    Not,
    OrOperation,
    Phrase,
    Plus,
    Prohibit,
    Range,
    SearchField,
    To,
    UnknownOperation,
    Word,
)

from sensors.contract.batch import time_of
from sensors.contract.fields import BY_NAME, Field

LONGEST: Final = 2000
DEEPEST: Final = 40
# Bare words are looked for in these.
TEXTS: Final = (
    "url.original",
    "url.full",
    "url.domain",
    "user_agent.original",
    "source.ip",
    "destination.ip",
    "dns.question.name",
    "tls.client.server_name",
    "gongga.site.id",
    "gongga.page.title",
    "gongga.check.id",
    "gongga.check.evidence",
    "rule.id",
)
_LISTS: Final = ("keywords", "ips")
# A query in pieces: quoted values, escaped letters, what may be meant as a regular expression, anything else.
_PIECES: Final = re.compile(r'"(?:\\.|[^"\\])*"?|\\.|/[^/\s"]*/|[^"\\/]+|/', re.DOTALL)
_REGEX: Final = re.compile(r"/[^/\s]*(?:\.[*+]|[\[(|^$]|\\[dws])[^/\s]*/")


class QueryError(ValueError):
    """A query cannot be run; one sentence says why and where."""


@dataclass(slots=True)
class Condition:
    """SQL for a WHERE, the values it binds, and the fields it names."""

    sql: str = "TRUE"
    values: list[Any] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def condition_of(text: str) -> Condition:
    """The condition of a query's text; an empty one and `*` match everything. QueryError says what is wrong."""
    stripped = text.strip()
    if stripped in ("", "*", "*:*"):
        return Condition()
    if len(stripped) > LONGEST:
        raise QueryError(f"the query has {len(stripped)} characters, at most {LONGEST} are taken")
    try:
        tree = parser.parse(_with_plain_slashes(stripped))
    except ParseError as error:
        why = _first(str(error))
        raise QueryError(f"the query cannot be read: {why}; quote values that hold : ( ) or spaces") from error
    if tree is None:
        return Condition()
    built = Condition()
    built.sql = _Writer(built.values, built.names).write(tree, None, 0)
    return built


def _with_plain_slashes(text: str) -> str:
    """The text with its slashes escaped outside quotes: paths are asked for all day, regular expressions never."""
    return "".join(
        part if part.startswith(('"', "\\")) or _REGEX.fullmatch(part) else part.replace("/", "\\/")
        for part in _PIECES.findall(text)
    )


def _first(text: str) -> str:
    return text.splitlines()[0][:160]


class _Writer:
    """Writes one condition; every value goes into `values`, never into the SQL."""

    def __init__(self, values: list[Any], names: set[str]) -> None:
        self._values = values
        self._names = names

    def _column(self, about: Field) -> str:
        self._names.add(about.name)
        return f'"{about.name}"'

    def write(self, node: Item, about: Field | None, depth: int) -> str:
        """SQL of a node; `about` is the field of the group it stands in."""
        if depth > DEEPEST:
            raise QueryError("the query is nested too deeply")
        if isinstance(node, SearchField):
            return self._field(node, depth)
        if isinstance(node, Group | FieldGroup | Plus):
            return self.write(node.children[0], about, depth + 1)
        if isinstance(node, AndOperation | OrOperation | UnknownOperation | BoolOperation):
            return self._join(" OR " if isinstance(node, OrOperation) else " AND ", node, about, depth)
        if isinstance(node, Not | Prohibit):
            return f"(NOT coalesce({self.write(node.children[0], about, depth + 1)}, FALSE))"
        return self._value(node, about)

    def _join(self, word: str, node: Item, about: Field | None, depth: int) -> str:
        return "(" + word.join(self.write(child, about, depth + 1) for child in node.children) + ")"

    def _field(self, node: SearchField, depth: int) -> str:
        if node.name == "_exists_":
            return f"({self._column(_known(str(node.children[0])))} IS NOT NULL)"
        return self.write(node.children[0], _known(node.name), depth + 1)

    def _value(self, node: Item, about: Field | None) -> str:
        if isinstance(node, Word | Phrase):
            text = str(node.value)
            phrase = isinstance(node, Phrase)
            return self._matches(text[1:-1] if phrase else text, about, phrase=phrase)
        if isinstance(node, Range):
            return self._range(node, about)
        if isinstance(node, From | To):
            sign = (">" if isinstance(node, From) else "<") + ("=" if node.include else "")
            return self._compare(sign, str(node.children[0].value), about)
        raise QueryError(f"{_first(str(node))!r} is not supported; use words, phrases, wildcards and ranges")

    def _matches(self, text: str, about: Field | None, *, phrase: bool) -> str:
        if about is None:
            return "(" + " OR ".join(self._text(_known(name), text, phrase=phrase, inside=True) for name in TEXTS) + ")"
        if text == "*" and not phrase:
            return f"({self._column(about)} IS NOT NULL)"
        if about.kind in ("ip", "ips") and "/" in text:
            return self._network(about, text)
        if about.kind in ("keyword", "keywords", "ip", "ips"):
            return self._text(about, text, phrase=phrase, inside=False)
        return self._compare("=", _plain(text), about)

    def _text(self, about: Field, text: str, *, phrase: bool, inside: bool) -> str:
        pattern = _like(text, wild=not phrase)
        self._values.append(f"%{pattern}%" if inside else pattern)
        if about.kind in _LISTS:
            return f"(len(list_filter({self._column(about)}, lambda x: x ILIKE ? ESCAPE '\\')) > 0)"
        return f"({self._column(about)} ILIKE ? ESCAPE '\\')"

    def _network(self, about: Field, text: str) -> str:
        try:
            network = ip_network(_plain(text), strict=False)
        except ValueError as error:
            raise QueryError(f"{about.name}: {text!r} is no address or network") from error
        self._values.append(str(network))
        if about.kind == "ips":
            raise QueryError(f"{about.name} holds several addresses; ask for one, not for a network")
        return f"in_network({self._column(about)}, ?)"

    def _range(self, node: Range, about: Field | None) -> str:
        parts = []
        signs = (">=" if node.include_low else ">", "<=" if node.include_high else "<")
        for bound, sign in zip((node.low, node.high), signs, strict=True):
            text = str(bound.value).strip('"')
            if text != "*":
                parts.append(self._compare(sign, text, about))
        return "(" + (" AND ".join(parts) or "TRUE") + ")"

    def _compare(self, sign: str, text: str, about: Field | None) -> str:
        if about is None:
            raise QueryError(f"{text!r}: a comparison needs a field, such as http.response.status_code:>{text}")
        reader = _READERS.get(about.kind)
        if reader is None:
            raise QueryError(f"{about.name} holds text; ranges need a number or a time")
        try:
            self._values.append(reader(text.strip('"')))
        except ValueError as error:
            raise QueryError(f"{about.name}: {text!r} is no {_WORDS[about.kind]}") from error
        return f"({self._column(about)} {sign} ?)"


def _known(name: str) -> Field:
    found = BY_NAME.get(name)
    if found is None:
        near = sorted(known for known in BY_NAME if name.lower() in known)[:3]
        raise QueryError(f"there is no field {name!r}" + (f"; perhaps {', '.join(near)}" if near else ""))
    return found


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _like(text: str, *, wild: bool) -> str:
    out = []
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            out.append(_literal(next(letters, "\\")))
        elif wild and letter in "*?":
            out.append("%" if letter == "*" else "_")
        else:
            out.append(_literal(letter))
    return "".join(out)


def _literal(letter: str) -> str:
    return "\\" + letter if letter in "%_\\" else letter


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "long": int,
    "float": float,
    "boolean": _boolean,
    "date": time_of,
}
_WORDS: Final = {
    "long": "whole number",
    "float": "number",
    "boolean": "true or false",
    "date": "time such as 2026-11-24",
}
