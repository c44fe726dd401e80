"""Conditions: the comparisons of STIX patterns over variables. Own grammar, nothing is ever evaluated as code.

any  = all {"OR" all}          all = one {"AND" one}        one = "NOT" one | "(" any ")" | "[" any "]" | test
test = variable ["NOT"] ("=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "LIKE") value
     | variable ["NOT"] "IN" "(" value {"," value} ")" | variable
variable = "__name__" [":value"]      value = 'text' | number | true | false | variable
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MOST_SIGNS: Final = 2000
MOST_NESTED: Final = 20
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<variable>__[A-Za-z][A-Za-z0-9_-]*?__(?![A-Za-z0-9_])(?::value)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<sign>==|!=|<=|>=|[=<>()\[\],])|(?P<word>[A-Za-z]+))"
)
_COMPARE: Final = frozenset({"=", "==", "!=", "<", "<=", ">", ">=", "LIKE"})


class ConditionError(ValueError):
    """The condition cannot be read; the sentence says what and where."""


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Test:
    """A variable compared with values; `IN` has several."""

    left: Name
    operator: str
    right: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any of them holds."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class All:
    """All of them hold."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    part: Any


Condition = Test | Either | All | Not


class _Reader:
    def __init__(self, text: str) -> None:
        if len(text) > MOST_SIGNS:
            raise ConditionError(f"the condition is longer than {MOST_SIGNS} characters")
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "the end")

    def take(self) -> tuple[str, str]:
        found = self.peek()
        self.at += 1
        return found

    def word(self, *wanted: str) -> bool:
        kind, text = self.peek()
        if kind == "word" and text.upper() in wanted:
            self.at += 1
            return True
        return False

    def sign(self, wanted: str) -> None:
        kind, text = self.take()
        if (kind, text) != ("sign", wanted):
            raise ConditionError(f"expected {wanted!r}, found {text!r}")

    def any(self) -> Condition:
        parts = [self.all()]
        while self.word("OR"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def all(self) -> Condition:
        parts = [self.one()]
        while self.word("AND"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self) -> Condition:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise ConditionError(f"the condition is nested deeper than {MOST_NESTED} levels")
        found = self._one()
        self.depth -= 1
        return found

    def _one(self) -> Condition:
        if self.word("NOT"):
            return Not(self.one())
        kind, text = self.peek()
        for opens, closes in (("(", ")"), ("[", "]")):
            if (kind, text) == ("sign", opens):
                self.at += 1
                inner = self.any()
                self.sign(closes)
                return inner
        return self.test()

    def test(self) -> Condition:
        kind, text = self.take()
        if kind != "variable":
            raise ConditionError(f"expected a variable such as __name__:value, found {text!r}")
        left = Name(text.removesuffix(":value"))
        turned = self.word("NOT")
        if self.word("IN"):
            found: Condition = Test(left, "IN", self.values())
        else:
            kind, text = self.peek()
            operator = text.upper()
            if operator in _COMPARE:
                self.at += 1
                found = Test(left, "=" if operator == "==" else operator, (self.value(),))
            elif turned:
                raise ConditionError(f"expected IN, LIKE or a comparison after NOT, found {text!r}")
            else:
                found = Test(left, "=", (True,))
        return Not(found) if turned else found

    def values(self) -> tuple[Any, ...]:
        self.sign("(")
        found = [self.value()]
        while self.peek() == ("sign", ","):
            self.at += 1
            found.append(self.value())
        self.sign(")")
        return tuple(found)

    def value(self) -> Any:
        kind, text = self.take()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "variable":
            return Name(text.removesuffix(":value"))
        if kind == "word" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise ConditionError(f"expected a value, found {text!r}")


def parse(text: str) -> Condition:
    """Read a condition. ConditionError when it is none."""
    reader = _Reader(text)
    found = reader.any()
    if reader.at < len(reader.tokens):
        raise ConditionError(f"{reader.peek()[1]!r} is left over")
    return found


def names(condition: Condition) -> set[str]:
    """The variables a condition reads."""
    if isinstance(condition, Test):
        return {condition.left.name, *(one.name for one in condition.right if isinstance(one, Name))}
    if isinstance(condition, Not):
        return names(condition.part)
    return {name for part in condition.parts for name in names(part)}


def holds(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether it holds; a variable without a value is equal to nothing."""
    if isinstance(condition, Not):
        return not holds(condition.part, values)
    if isinstance(condition, All):
        return all(holds(part, values) for part in condition.parts)
    if isinstance(condition, Either):
        return any(holds(part, values) for part in condition.parts)
    left = values.get(condition.left.name)
    right = [values.get(one.name) if isinstance(one, Name) else one for one in condition.right]
    if condition.operator == "IN":
        return any(_compare(left, "=", one) for one in right)
    return _compare(left, condition.operator, right[0])


def _compare(left: Any, operator: str, right: Any) -> bool:
    if left is None or right is None:
        return operator == "!=" and left is not right
    if operator == "LIKE":
        return _like(str(left), str(right))
    a, b = _number(left), _number(right)
    if a is not None and b is not None:
        return _ordered(operator, (a > b) - (a < b))
    one, other = _plain(left), _plain(right)
    return _ordered(operator, (one > other) - (one < other))


def _ordered(operator: str, sign: int) -> bool:
    results = {"=": sign == 0, "!=": sign != 0, "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}
    return results[operator]


def _number(value: Any) -> float | None:
    """A number, or text that is one: the standard keeps every value as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip()
    return float(text) if re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", text) else None


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) or str(value).lower() in ("true", "false") else str(value)


def _like(text: str, pattern: str) -> bool:
    """SQL's LIKE: % is any text, _ one sign. Without regular expressions, so in bounded time."""
    return _matches(text[:MOST_SIGNS], pattern)


def _matches(text: str, pattern: str) -> bool:
    at = star = mark = 0
    seen, i = False, 0
    while i < len(text):
        if at < len(pattern) and pattern[at] == "%":
            seen, star, mark, at = True, at, i, at + 1
        elif at < len(pattern) and pattern[at] in ("_", text[i]):
            at, i = at + 1, i + 1
        elif seen:
            mark += 1
            at, i = star + 1, mark
        else:
            return False
    return set(pattern[at:]) <= {"%"}


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ConditionError(f"cannot read {text[at : at + 20]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found
