"""Reading the STIX patterns that become watch entries: equality of addresses, names, web addresses and hashes, joined
by OR. Whatever else a pattern may say is not guessed at; it is named. Time and memory are linear in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from analytics.intel.normal import NotNormal, Value, address, domain, sha256, url

LONGEST: Final = 10_000
MOST_VALUES: Final = 500

# A path of an observable, and what its values are.
PATHS: Final[Mapping[str, Callable[[str], Value]]] = {
    "ipv4-addr:value": address,
    "ipv6-addr:value": address,
    "network-traffic:src_ref.value": address,
    "network-traffic:dst_ref.value": address,
    "domain-name:value": domain,
    "url:value": url,
    "file:hashes.sha256": sha256,
    "artifact:hashes.sha256": sha256,
    "x509-certificate:hashes.sha256": sha256,
}
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<string>'(?:[^'\\]|\\.)*')|(?P<mark>\[|\]|\(|\)|,|!=|<=|>=|=|<|>)"
    r"|(?P<word>[A-Za-z0-9_][A-Za-z0-9_.:+-]*(?:(?:'[A-Za-z0-9_-]*'|\[[0-9*]*\])[A-Za-z0-9_.:-]*)*))"
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pattern watches for, and why something of it, or all, cannot be watched: a code and the words it is in."""

    values: tuple[Value, ...]
    left: tuple[tuple[str, str], ...] = ()


class _Unread(ValueError):
    """This part is beyond us."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail[:120]


def read_pattern(text: str) -> Reading:
    """The values that a pattern is met by, any one of them. Never raises."""
    if len(text) > LONGEST:
        return Reading((), (("long", f"{len(text)} > {LONGEST}"),))
    try:
        reader = _Reader(_tokens(text))
        reader.pattern()
    except _Unread as error:
        return Reading((), ((error.code, error.detail),))
    return Reading(tuple(dict.fromkeys(reader.values)), tuple(dict.fromkeys(reader.left)))


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise _Unread("syntax", text[place : place + 40])
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    """One pass over the tokens. An alternative that cannot be watched is left; the others still hold."""

    tokens: list[tuple[str, str]]
    values: list[Value] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    place: int = 0

    def pattern(self) -> None:
        self.observation()
        while self.place < len(self.tokens):
            word = self.next()
            if word.upper() != "OR":
                raise _Unread("combined", word)
            self.observation()

    def observation(self) -> None:
        self.expect("[")
        self.comparison()
        while (word := self.next()) != "]":
            if word.upper() != "OR":
                raise _Unread("combined", word)
            self.comparison()

    def comparison(self) -> None:
        kind, path = self.token()
        if kind != "word":
            raise _Unread("syntax" if path != "(" else "combined", path)
        if path.upper() == "NOT":
            raise _Unread("operator", "NOT")
        operator = self.next()
        if operator.upper() == "NOT":
            raise _Unread("operator", f"NOT {self.next()}")
        literals = self.literals(operator)
        if operator.upper() not in ("=", "IN", "ISSUBSET"):
            self.left.append(("operator", operator))
            return
        self.take(path, literals)

    def literals(self, operator: str) -> list[str]:
        if operator.upper() != "IN":
            return [self.literal()]
        self.expect("(")
        found = [self.literal()]
        while (mark := self.next()) != ")":
            if mark != ",":
                raise _Unread("syntax", mark)
            found.append(self.literal())
        return found

    def literal(self) -> str:
        kind, text = self.token()
        if kind == "mark":
            raise _Unread("syntax", text)
        return _ESCAPE.sub(r"\1", text[1:-1]) if kind == "string" else text

    def take(self, path: str, literals: list[str]) -> None:
        read = PATHS.get(_plain(path))
        for literal in literals:
            if read is None:
                self.left.append(("kind", path))
                return
            try:
                self.values.append(read(literal))
            except NotNormal as error:
                self.left.append(("value", str(error)[:120]))
            if len(self.values) > MOST_VALUES:
                raise _Unread("many", f"> {MOST_VALUES}")

    def token(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise _Unread("syntax", "…")
        self.place += 1
        return self.tokens[self.place - 1]

    def next(self) -> str:
        return self.token()[1]

    def expect(self, mark: str) -> None:
        found = self.next()
        if found != mark:
            raise _Unread("combined" if found == "(" else "syntax", found)


def _plain(path: str) -> str:
    """A path without quotes, in lower case; the two ways to write SHA-256 are one."""
    plain = path.replace("'", "").lower()
    head, _, last = plain.rpartition(".")
    return f"{head}.sha256" if last in ("sha-256", "sha256") else plain
