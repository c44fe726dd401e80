"""From pySigma's condition to our tree of tests, or one sentence why a rule cannot run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Literal

import re2
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)

from analytics.sigma.sources import Source, Text
from analytics.sigma.tree import (
    All,
    BooleanTest,
    NetworkTest,
    Node,
    Not,
    NullTest,
    NumberTest,
    RegexTest,
    SameTest,
    Some,
    TextTest,
    Wild,
)
from sensors.contract.fields import BY_NAME

DEEPEST: Final = 60
MOST_TESTS: Final = 20_000
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
# Digits that no number is written with: they are compared as text and never meet one.
_ODD_NUMBER: Final = re.compile(r"-?0[0-9]+|-0|-?[0-9]+\.[0-9]*0|-?[0-9]{19,}")
_FLAGS: Final = {"IGNORECASE": "i", "MULTILINE": "m", "DOTALL": "s"}
_SIGNS: Final[dict[str, Literal["<", "<=", ">", ">=", "!="]]] = {
    "LT": "<",
    "LTE": "<=",
    "GT": ">",
    "GTE": ">=",
    "NEQ": "!=",
}


class CannotRun(Exception):
    """A rule that this engine cannot run rightly; the sentence says why."""


def compile_condition(parsed: Any, source: Source) -> Node:
    """The tree of a parsed condition over a source's columns. CannotRun says what stands in the way."""
    return _Compiler(source).node(parsed, 0, positive=True)


class _Compiler:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._tests = 0

    def node(self, parsed: Any, depth: int, *, positive: bool) -> Node:
        """One node of the condition; a test under a negation does not look at decoded texts."""
        if depth > DEEPEST:
            raise CannotRun("its condition is nested too deeply")
        if isinstance(parsed, ConditionAND):
            return All(tuple(self.node(part, depth + 1, positive=positive) for part in parsed.args))
        if isinstance(parsed, ConditionOR):
            return Some(tuple(self.node(part, depth + 1, positive=positive) for part in parsed.args))
        if isinstance(parsed, ConditionNOT):
            return Not(self.node(parsed.args[0], depth + 1, positive=not positive))
        self._tests += 1
        if self._tests > MOST_TESTS:
            raise CannotRun(f"it has more than {MOST_TESTS} tests")
        if isinstance(parsed, ConditionFieldEqualsValueExpression):
            return self._value(self._texts(parsed.field, positive=positive), parsed.value)
        if isinstance(parsed, ConditionValueExpression):
            return self._keyword(parsed.value, positive=positive)
        if parsed is None:
            raise CannotRun("a selector of its condition names no detection")
        raise CannotRun(f"a condition of kind {type(parsed).__name__} is not known")

    def _texts(self, name: str, *, positive: bool) -> tuple[Text, ...]:
        texts = self._source.texts(name)
        if texts is None:
            raise CannotRun(f"field {name!r} is not collected for log source {self._source.name}")
        return texts if positive else tuple(text for text in texts if not text.decoded)

    def _keyword(self, value: Any, *, positive: bool) -> Node:
        if not self._source.keywords:
            raise CannotRun(f"log source {self._source.name} has no texts to look for bare words in")
        texts = self._source.keywords if positive else tuple(one for one in self._source.keywords if not one.decoded)
        if isinstance(value, SigmaExpansion):
            return Some(tuple(self._keyword(one, positive=positive) for one in value.values))
        if isinstance(value, SigmaRegularExpression):
            return self._value(texts, value)
        if isinstance(value, SigmaNumber) and not isinstance(value, SigmaTimestampPart):
            value = SigmaString.from_str(str(value.number))
        if not isinstance(value, SigmaString):
            raise CannotRun(f"a bare value of kind {type(value).__name__} is not known")
        return TextTest(texts, _contained(_parts(value)), isinstance(value, SigmaCasedString))

    def _value(self, texts: tuple[Text, ...], value: Any) -> Node:
        if isinstance(value, SigmaExpansion):
            return Some(tuple(self._value(texts, one) for one in value.values))
        for kind, build in _BUILDERS.items():
            if isinstance(value, kind):
                return build(self, texts, value)
        raise CannotRun(f"a value of kind {type(value).__name__} is not known")

    def _string(self, texts: tuple[Text, ...], value: SigmaString) -> Node:
        parts = _parts(value)
        if _numeric(texts) and len(parts) == 1 and isinstance(parts[0], str) and not _ODD_NUMBER.fullmatch(parts[0]):
            return self._number(texts, parts[0])
        return TextTest(texts, parts, isinstance(value, SigmaCasedString))

    def _number(self, texts: tuple[Text, ...], value: Any) -> Node:
        if isinstance(value, SigmaTimestampPart):
            raise CannotRun("parts of a time are not compared here")
        text = str(value.number) if isinstance(value, SigmaNumber) else str(value)
        if not _numeric(texts):
            return TextTest(texts, (text,))
        try:
            return NumberTest(texts, "==", float(text if _NUMBER.fullmatch(text) else "none"))
        except ValueError as error:
            raise CannotRun(f"{text!r} is no number, and {texts[0].column} holds numbers") from error

    def _compare(self, texts: tuple[Text, ...], value: SigmaCompareExpression) -> Node:
        if not _numeric(texts):
            raise CannotRun(f"{texts[0].column} holds text; comparisons need a number")
        return NumberTest(texts, _SIGNS[value.op.name], float(value.number.number))

    def _regex(self, texts: tuple[Text, ...], value: SigmaRegularExpression) -> Node:
        flags = "".join(_FLAGS[flag.name] for flag in sorted(value.flags, key=lambda flag: flag.name))
        pattern = (f"(?{flags})" if flags else "") + str(value.regexp)
        try:
            re2.compile(pattern, _quiet())
        except re2.error as error:
            shown = str(value.regexp)[:60]
            raise CannotRun(f"regular expression {shown!r} cannot be run in linear time") from error
        return RegexTest(texts, pattern)

    def _null(self, texts: tuple[Text, ...], _value: SigmaNull) -> Node:
        return NullTest(texts)

    def _exists(self, texts: tuple[Text, ...], value: SigmaExists) -> Node:
        return Not(NullTest(texts)) if value.exists else NullTest(texts)

    def _bool(self, texts: tuple[Text, ...], value: SigmaBool) -> Node:
        if BY_NAME[texts[0].column].kind != "boolean":
            return TextTest(texts, (str(value.boolean).lower(),))
        return BooleanTest(texts, value.boolean)

    def _network(self, texts: tuple[Text, ...], value: SigmaCIDRExpression) -> Node:
        return NetworkTest(texts, value.network)

    def _reference(self, texts: tuple[Text, ...], value: SigmaFieldReference) -> Node:
        other = self._texts(value.field, positive=False)
        begins = getattr(value, "starts_with", False)
        ends = getattr(value, "ends_with", False)
        where: Literal["whole", "start", "end", "inside"] = "start" if begins else "end" if ends else "whole"
        return SameTest(texts, other, "inside" if begins and ends else where)


_BUILDERS: Final[dict[type, Callable[[_Compiler, tuple[Text, ...], Any], Node]]] = {
    SigmaString: _Compiler._string,
    SigmaNumber: _Compiler._number,
    SigmaCompareExpression: _Compiler._compare,
    SigmaRegularExpression: _Compiler._regex,
    SigmaNull: _Compiler._null,
    SigmaExists: _Compiler._exists,
    SigmaBool: _Compiler._bool,
    SigmaCIDRExpression: _Compiler._network,
    SigmaFieldReference: _Compiler._reference,
}


def _parts(value: SigmaString) -> tuple[str | Wild, ...]:
    parts: list[str | Wild] = []
    for part in value.s:
        if isinstance(part, str):
            parts.append(part)
        elif part == SpecialChars.WILDCARD_MULTI:
            if not parts or parts[-1] != Wild(True):
                parts.append(Wild(True))
        elif part == SpecialChars.WILDCARD_SINGLE:
            parts.append(Wild(False))
        else:
            raise CannotRun("it holds a placeholder that nobody has filled")
    return tuple(parts)


def _contained(parts: tuple[str | Wild, ...]) -> tuple[str | Wild, ...]:
    many = Wild(True)
    start = () if parts and parts[0] == many else (many,)
    end = () if parts and parts[-1] == many else (many,)
    return (*start, *parts, *end)


def _numeric(texts: tuple[Text, ...]) -> bool:
    return all(BY_NAME[text.column].kind in ("long", "float") for text in texts)


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options
