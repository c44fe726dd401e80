"""The conditions of a rule as a tree of tests over columns, free of the parser that read them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, TypeAlias

from analytics.sigma.sources import Text


@dataclass(frozen=True, slots=True)
class Wild:
    """A wildcard of a pattern: `many` any run of characters, else one."""

    many: bool


@dataclass(frozen=True, slots=True)
class TextTest:
    """Any of these texts fits a pattern of literals and wildcards."""

    texts: tuple[Text, ...]
    parts: tuple[str | Wild, ...]
    cased: bool = False


@dataclass(frozen=True, slots=True)
class RegexTest:
    """Any of these texts holds a match of an RE2 expression."""

    texts: tuple[Text, ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class NetworkTest:
    """Any of these addresses lies in a network."""

    texts: tuple[Text, ...]
    network: IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class NumberTest:
    """Any of these numbers compares so with a value."""

    texts: tuple[Text, ...]
    sign: Literal["==", "!=", "<", "<=", ">", ">="]
    value: float


@dataclass(frozen=True, slots=True)
class BooleanTest:
    """Any of these is the value."""

    texts: tuple[Text, ...]
    value: bool


@dataclass(frozen=True, slots=True)
class NullTest:
    """None of these has a value."""

    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class SameTest:
    """One field equals, begins with, ends with or holds another, without regard to case."""

    texts: tuple[Text, ...]
    other: tuple[Text, ...]
    where: Literal["whole", "start", "end", "inside"]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Some part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


Leaf: TypeAlias = TextTest | RegexTest | NetworkTest | NumberTest | BooleanTest | NullTest | SameTest
Node: TypeAlias = Leaf | All | Some | Not
