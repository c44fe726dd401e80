"""What an exposure rule is, and what refusing one says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sensors.probe.answer import Method


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on an answer. `kind` is `status`, `word` or `regex`; `patterns` are compiled for `regex`."""

    kind: str
    part: str
    patterns: tuple[Any, ...]
    every: bool = False
    negative: bool = False
    any_case: bool = False


@dataclass(frozen=True, slots=True)
class Extractor:
    """Takes an excerpt of an answer: a group of a regex, or the value of a header (`kval`)."""

    kind: str
    part: str
    patterns: tuple[Any, ...]
    group: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """Paths to ask for and what their answers must show."""

    method: Method
    paths: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    matchers: tuple[Matcher, ...] = ()
    extractors: tuple[Extractor, ...] = ()
    every: bool = False
    redirects: bool = False
    same_host: bool = False
    first_only: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """An exposure rule that runs."""

    id: str
    name: str
    severity: str
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule file that does not run, and why: a short kind for counting, and the detail."""

    source: str
    kind: str
    detail: str
