"""Variables: where a text names them, putting their values in, and taking values people give for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from console.response.cacao.document import Variable

MOST_VALUE: Final = 8_000
_NAMED: Final = re.compile(r"__[A-Za-z][A-Za-z0-9_-]*?__(?=:value)")
_FILLED: Final = re.compile(r"(__[A-Za-z][A-Za-z0-9_-]*?__):value")
_FORMS: Final = {
    "integer": re.compile(r"-?\d{1,18}"),
    "long": re.compile(r"-?\d{1,18}"),
    "float": re.compile(r"-?\d{1,18}(\.\d{1,18})?"),
    "hexstring": re.compile(r"[0-9a-fA-F]*"),
    "md5-hash": re.compile(r"[0-9a-fA-F]{32}"),
    "sha256-hash": re.compile(r"[0-9a-fA-F]{64}"),
    "ipv4-addr": re.compile(r"\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "bool": re.compile(r"true|false"),
}


def named(value: Any) -> set[str]:
    """The variables that texts in a value name, as `__name__:value`."""
    return {name for text in _texts(value) for name in _NAMED.findall(text)}


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with the values of its variables; a variable without a value stays as it is written."""

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return match[0] if value is None else plain(value)

    return _FILLED.sub(value_of, text)


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """A JSON value with every text in it filled."""
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, Mapping):
        return {key: filled(one, values) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [filled(one, values) for one in value]
    return value


def starting(variables: Mapping[str, Variable], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values a run begins with: those declared, and those given for variables that are external."""
    found = {name: variable.value for name, variable in variables.items()}
    return found | {name: given[name] for name, variable in variables.items() if variable.external and name in given}


def accepted(variable: Variable, value: Any) -> str:
    """A person's or a server's value for a variable, as text. ValueError when it does not suit."""
    text = plain(value).strip()
    if len(text) > MOST_VALUE:
        raise ValueError(f"{variable.name}: longer than {MOST_VALUE} characters")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError(f"{variable.name}: half a character is no text")
    if variable.constant:
        raise ValueError(f"{variable.name} is constant and cannot be given")
    if variable.type == "bool":
        text = text.lower()
    form = _FORMS.get(variable.type)
    if form and not form.fullmatch(text):
        raise ValueError(f"{variable.name} must be of type {variable.type}, not {text[:60]!r}")
    return text


def plain(value: Any) -> str:
    """A value as the standard writes it: text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _texts(value: Any) -> Iterable[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
