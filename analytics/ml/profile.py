"""What is usual on one site: its paths and, for each parameter, lengths, characters, shapes and values.

A profile is data: it is kept as JSON, never as code, and a damaged or foreign file is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from sensors.contract.batch import time_of, time_text

FORMAT: Final = 1


class ProfileError(ValueError):
    """A file is no profile this version can use; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What one parameter of one template usually holds."""

    seen: int
    sources: int
    shortest: int
    longest: int
    mean: float
    variance: float
    punctuation: frozenset[str]
    shapes: frozenset[str]
    fresh_shapes: float
    values: frozenset[str] | None
    fresh_values: float


@dataclass(frozen=True, slots=True)
class Profile:
    """One site's usual requests, learned between two moments. `threshold` was set on days not learned from."""

    id: str
    site_id: str
    learned_from: datetime
    learned_until: datetime
    requests: int
    days: int
    threshold: float
    methods: Mapping[str, frozenset[str]]
    script_folders: frozenset[str]
    folders: frozenset[str]
    parameters: Mapping[tuple[str, str], Usual]


def to_json(profile: Profile) -> bytes:
    """The profile as JSON; equal profiles give equal bytes."""
    document = {
        "format": FORMAT,
        "id": profile.id,
        "site": profile.site_id,
        "from": time_text(profile.learned_from),
        "until": time_text(profile.learned_until),
        "requests": profile.requests,
        "days": profile.days,
        "threshold": profile.threshold,
        "methods": {template: sorted(methods) for template, methods in profile.methods.items()},
        "script_folders": sorted(profile.script_folders),
        "folders": sorted(profile.folders),
        "parameters": [
            [template, name, _usual_json(usual)] for (template, name), usual in sorted(profile.parameters.items())
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def from_json(content: bytes, digest: str | None = None) -> Profile:
    """The profile of its JSON. ProfileError when it is damaged, foreign, or has another digest."""
    if digest is not None and digest_of(content) != digest:
        raise ProfileError("the profile's file changed since it was learned; it is left out until the next learning")
    try:
        document = orjson.loads(content)
        if document["format"] != FORMAT:
            raise ProfileError(f"profile format {document['format']!r}; this version reads {FORMAT}")
        return Profile(
            id=str(document["id"]),
            site_id=str(document["site"]),
            learned_from=time_of(document["from"]),
            learned_until=time_of(document["until"]),
            requests=int(document["requests"]),
            days=int(document["days"]),
            threshold=float(document["threshold"]),
            methods={template: frozenset(methods) for template, methods in document["methods"].items()},
            script_folders=frozenset(document["script_folders"]),
            folders=frozenset(document["folders"]),
            parameters={(template, name): _usual(usual) for template, name, usual in document["parameters"]},
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, ProfileError):
            raise
        raise ProfileError(f"no profile: {type(error).__name__}: {str(error)[:120]}") from error


def digest_of(content: bytes) -> str:
    """SHA-256 of a profile's file."""
    return hashlib.sha256(content).hexdigest()


def _usual_json(usual: Usual) -> dict[str, Any]:
    return {
        "seen": usual.seen,
        "sources": usual.sources,
        "length": [usual.shortest, usual.longest, usual.mean, usual.variance],
        "punctuation": sorted(usual.punctuation),
        "shapes": sorted(usual.shapes),
        "fresh_shapes": usual.fresh_shapes,
        "values": None if usual.values is None else sorted(usual.values),
        "fresh_values": usual.fresh_values,
    }


def _usual(document: Mapping[str, Any]) -> Usual:
    shortest, longest, mean, variance = document["length"]
    values = document["values"]
    return Usual(
        seen=int(document["seen"]),
        sources=int(document["sources"]),
        shortest=int(shortest),
        longest=int(longest),
        mean=float(mean),
        variance=float(variance),
        punctuation=frozenset(document["punctuation"]),
        shapes=frozenset(document["shapes"]),
        fresh_shapes=float(document["fresh_shapes"]),
        values=None if values is None else frozenset(values),
        fresh_values=float(document["fresh_values"]),
    )
