"""Reading STIX objects that others sent. Nothing in them is believed: kinds, sizes, depth and times are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from analytics.intel.policy import Markings
from sensors.contract.batch import time_of

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_OBJECTS: Final = 20_000
MOST_OBJECT_BYTES: Final = 64 * 1024
DEEPEST: Final = 20
_TYPE: Final = re.compile(r"[a-z][a-z0-9-]{1,59}")
_ID: Final = re.compile(r"([a-z][a-z0-9-]{1,59})--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Clocks of others may be ahead a little.
_AHEAD: Final = timedelta(days=1)
_FARTHEST: Final = timedelta(days=3650)
_EARLIEST: Final = 1990


class NotTaken(ValueError):
    """This object, or the whole bundle, cannot be used."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail[:120]


@dataclass(frozen=True, slots=True)
class Sent:
    """An object as it was sent, with what every kind has. `modified` is none where its kind has no versions."""

    id: str
    type: str
    modified: datetime | None
    labels: frozenset[str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SentIndicator:
    """What an indicator says."""

    name: str
    pattern: str
    pattern_type: str
    confidence: int | None
    valid_from: datetime
    valid_until: datetime | None
    revoked: bool


def parse(content: bytes) -> dict[str, Any]:
    """The JSON of an upload. NotTaken when it is too large or is none."""
    if len(content) > MOST_BYTES:
        raise NotTaken("size", f"{len(content)} > {MOST_BYTES}")
    try:
        found = orjson.loads(content)
    except ValueError as error:
        raise NotTaken("json", str(error)) from error
    if not isinstance(found, dict):
        raise NotTaken("bundle")
    return found


def objects_of(bundle: Mapping[str, Any]) -> list[Any]:
    """The objects of a bundle, or of a TAXII envelope. NotTaken when it is none, has too many, or is too deep."""
    if not isinstance(bundle, Mapping) or bundle.get("type", "bundle") != "bundle":
        raise NotTaken("bundle")
    found = bundle.get("objects", [] if bundle.get("type") == "bundle" else None)
    if not isinstance(found, list):
        raise NotTaken("bundle")
    if len(found) > MOST_OBJECTS:
        raise NotTaken("objects", f"{len(found)} > {MOST_OBJECTS}")
    return found


def read_object(found: Any, markings: Markings, at: datetime) -> Sent:
    """One object with what every kind has. NotTaken says what is wrong."""
    if not isinstance(found, dict) or not isinstance(found.get("type"), str) or not isinstance(found.get("id"), str):
        raise NotTaken("object")
    if too_deep(found):
        raise NotTaken("deep", f"> {DEEPEST}")
    match = _ID.fullmatch(found["id"])
    if match is None or match[1] != found["type"] or not _TYPE.fullmatch(found["type"]):
        raise NotTaken("id", found["id"][:100])
    try:
        size = len(orjson.dumps(found))
    except TypeError as error:
        raise NotTaken("property", str(error)) from error
    if size > MOST_OBJECT_BYTES:
        raise NotTaken("large", f"{size} > {MOST_OBJECT_BYTES}")
    if found.get("spec_version", "2.1") != "2.1":
        raise NotTaken("property", f"spec_version {str(found['spec_version'])[:20]!r}")
    modified = None
    if "modified" in found:
        modified = _moment(found, "modified")
        if modified > at + _AHEAD:
            raise NotTaken("time", f"modified {found['modified']}")
    return Sent(found["id"], found["type"], modified, _labels(found, markings), found)


def read_indicator(sent: Sent, at: datetime) -> SentIndicator:
    """What an indicator says. NotTaken for what is missing or makes no sense."""
    body = sent.body
    if sent.modified is None:
        raise NotTaken("property", "modified")
    pattern, kind = body.get("pattern"), body.get("pattern_type")
    if not isinstance(pattern, str) or not isinstance(kind, str) or not kind:
        raise NotTaken("property", "pattern" if not isinstance(pattern, str) else "pattern_type")
    confidence = body.get("confidence")
    if confidence is not None and (type(confidence) is not int or not 0 <= confidence <= 100):
        raise NotTaken("property", f"confidence {str(confidence)[:20]}")
    revoked = body.get("revoked", False)
    if not isinstance(revoked, bool):
        raise NotTaken("property", "revoked")
    start = _moment(body, "valid_from")
    end = _moment(body, "valid_until") if "valid_until" in body else None
    if not timedelta(0) <= at + _FARTHEST - start or start.year < _EARLIEST:
        raise NotTaken("time", f"valid_from {body['valid_from']}")
    if end is not None and end <= start:
        raise NotTaken("span", f"{body['valid_from']} … {body['valid_until']}")
    name = body.get("name", "")
    if not isinstance(name, str):
        raise NotTaken("property", "name")
    return SentIndicator(plain(name)[:300], pattern, kind[:40], confidence, start, end, revoked)


def plain(text: str) -> str:
    """Text without control characters and without those that turn the direction of writing."""
    return _CONTROL.sub(" ", text).strip()


def too_deep(found: Any) -> bool:
    """Whether a document is nested deeper than is read; found without recursion."""
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for one in level:
            inner.extend(_containers(one))
        if not inner:
            return False
        level = inner
    return True


def _containers(one: Any) -> Iterable[Any]:
    held = one.values() if isinstance(one, dict) else one
    return [each for each in held if isinstance(each, dict | list)]


def _moment(body: Mapping[str, Any], name: str) -> datetime:
    text = body.get(name)
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        raise NotTaken("time" if text is not None else "property", name)
    try:
        return time_of(text)
    except (ValueError, OverflowError) as error:
        raise NotTaken("time", f"{name} {text}") from error


def _labels(body: Mapping[str, Any], markings: Markings) -> frozenset[str]:
    """The TLP labels of an object and of any part of it; a marking nobody here knows counts as for us alone."""
    refs = body.get("object_marking_refs", [])
    parts = body.get("granular_markings", [])
    if not isinstance(refs, list) or not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise NotTaken("property", "object_marking_refs")
    named = [*refs, *(one["marking_ref"] for one in parts if "marking_ref" in one)]
    if not all(isinstance(ref, str) for ref in named):
        raise NotTaken("property", "object_marking_refs")
    return frozenset(markings.by_definition.get(ref, ref) for ref in named)
