"""A probe's settings from a TOML file: the names of `ProbeSettings`, times in seconds."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sensors.probe.settings import FAMILIES, PERIODS, ProbeSettings

_NAMES: Final = tuple(item.name for item in fields(ProbeSettings))


class SettingsError(ValueError):
    """A settings file cannot be used; the sentence names the setting."""


def load_settings(path: Path) -> ProbeSettings:
    """The settings of a file; a file that is not there means the defaults."""
    if not path.exists():
        return ProbeSettings()
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: not readable as TOML ({error}); mend it or remove it") from error
    unknown = sorted(set(given) - set(_NAMES))
    if unknown:
        raise SettingsError(f"{path}: unknown setting {unknown[0]!r}; known are {', '.join(_NAMES)}")
    values: dict[str, Any] = {}
    for name, value in given.items():
        try:
            values[name] = _value(name, value)
        except (TypeError, ValueError) as error:
            raise SettingsError(f"{path}: setting {name!r}: {error}") from error
    try:
        return replace(ProbeSettings(), **values)
    except ValueError as error:
        raise SettingsError(f"{path}: {error}") from error


def _value(name: str, value: Any) -> Any:
    reader = _READERS.get(name)
    if reader is not None:
        return reader(value)
    default = getattr(ProbeSettings(), name)
    if isinstance(value, bool) is not isinstance(default, bool):
        raise TypeError(f"expected {'yes or no' if isinstance(default, bool) else 'a number'}")
    number = type(default)(value)
    if number < 0:
        raise ValueError("cannot be negative")
    return number


def _periods(value: Any) -> Mapping[str, timedelta]:
    if not isinstance(value, dict) or not set(value) <= set(FAMILIES):
        raise ValueError(f"expected a table with some of {', '.join(FAMILIES)}")
    return {**PERIODS, **{family: _seconds(period) for family, period in value.items()}}


def _seconds(value: Any) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{value!r} is no number of seconds")
    return timedelta(seconds=value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "periods": _periods,
    "retry_delays": lambda value: tuple(_seconds(one) for one in value),
    "ca_file": lambda value: Path(_text(value)),
    **dict.fromkeys(("timeout", "dns_timeout", "confirm_delay", "spread", "batch_delay"), _seconds),
    **dict.fromkeys(("unit", "contact"), _text),
    **dict.fromkeys(("families", "name_servers", "canaries"), lambda value: tuple(_text(one) for one in value)),
}
