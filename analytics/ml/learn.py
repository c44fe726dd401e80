"""Learning a site's profile from its own traffic, or saying why there is too little to learn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa

from analytics.ml.profile import Profile, Usual, digest_of, to_json
from analytics.ml.request import Request, punctuation_of, read_request, shape_of
from analytics.ml.score import surprise

COLUMNS: Final = (
    "@timestamp",
    "source.ip",
    "http.request.method",
    "http.response.status_code",
    "url.path",
    "url.query",
    "gongga.http.request.body",
)


@dataclass(frozen=True, slots=True)
class LearningSettings:
    """When a site has enough history, and how strict its threshold is."""

    least_history: timedelta = timedelta(days=7)
    least_requests: int = 500
    most_per_source_and_hour: int = 200
    held_out: float = 0.2
    lowest_threshold: float = 0.8
    most_listed_values: int = 64
    most_shapes: int = 512


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Why nothing was learned; the site is kept still until there is more."""

    site_id: str
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One request to learn from."""

    at: datetime
    source: str
    request: Request


def learn(
    site_id: str,
    tables: Iterable[pa.Table],
    settings: LearningSettings,
    suspicious: Collection[str] = frozenset(),
) -> Profile | TooLittle:
    """A profile of what succeeded on a site. Sources that any detector suspects teach nothing."""
    seen = sorted(_usable(tables, settings, frozenset(suspicious)), key=lambda one: one.at)
    history = seen[-1].at - seen[0].at if seen else timedelta()
    if history < settings.least_history or len(seen) < settings.least_requests:
        days = history / timedelta(days=1)
        return TooLittle(
            site_id,
            f"只有 {days:.1f} 天、{len(seen)} 次请求，"
            f"至少要 {settings.least_history.days} 天、{settings.least_requests} 次",
            f"only {days:.1f} days and {len(seen)} requests; at least {settings.least_history.days} days "
            f"and {settings.least_requests} are needed",
        )
    cut = int(len(seen) * (1 - settings.held_out))
    trial = _profile(site_id, seen[:cut], settings, 1.0)
    scores = [surprise(trial, one.request).score for one in seen[cut:]]
    # The held-out days are taken as ordinary: nothing that occurred in them may be over the line.
    threshold = min(0.99, max(settings.lowest_threshold, max(scores, default=0.0) + 0.01))
    final = _profile(site_id, seen, settings, threshold)
    return replace(final, id=f"http-{site_id}-{digest_of(to_json(final))[:12]}")


def _usable(tables: Iterable[pa.Table], settings: LearningSettings, suspicious: frozenset[str]) -> Iterable[Seen]:
    per_source: Counter[tuple[str, datetime]] = Counter()
    for table in tables:
        columns = [table.column(name).to_pylist() for name in COLUMNS]
        for at, source, method, status, path, query, body in zip(*columns, strict=True):
            if status is None or not 200 <= status < 400 or not path or not method or source in suspicious:
                continue
            hour = (source or "", at.replace(minute=0, second=0, microsecond=0))
            per_source[hour] += 1
            if per_source[hour] <= settings.most_per_source_and_hour:
                yield Seen(at, source or "", read_request(method, path, query, body))


@dataclass(slots=True)
class _Parameter:
    lengths: Counter[int] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    punctuation: set[str] = field(default_factory=set)
    shapes: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)


def _profile(site_id: str, seen: Sequence[Seen], settings: LearningSettings, threshold: float) -> Profile:
    methods: dict[str, set[str]] = defaultdict(set)
    script_folders: set[str] = set()
    folders: set[str] = set()
    parameters: dict[tuple[str, str], _Parameter] = defaultdict(_Parameter)
    for one in seen:
        request = one.request
        methods[request.template].add(request.method)
        folders.add(request.folder)
        if request.script:
            script_folders.add(request.folder)
        for name, value in request.values:
            _add(parameters[request.template, name], one.source, value, settings)
    return Profile(
        id=f"http-{site_id}",
        site_id=site_id,
        learned_from=seen[0].at,
        learned_until=seen[-1].at,
        requests=len(seen),
        days=max(1, round((seen[-1].at - seen[0].at) / timedelta(days=1))),
        threshold=round(threshold, 4),
        methods={template: frozenset(known) for template, known in methods.items()},
        script_folders=frozenset(script_folders),
        folders=frozenset(folders),
        parameters={key: _usual(parameter, settings) for key, parameter in parameters.items()},
    )


def _add(parameter: _Parameter, source: str, value: str, settings: LearningSettings) -> None:
    shape = shape_of(value)
    parameter.lengths[len(value)] += 1
    parameter.sources.add(source)
    parameter.punctuation |= punctuation_of(value)
    if len(parameter.shapes) < settings.most_shapes or shape in parameter.shapes:
        parameter.shapes[shape] += 1
    if len(parameter.values) <= settings.most_listed_values or value in parameter.values:
        parameter.values[value] += 1


def _usual(parameter: _Parameter, settings: LearningSettings) -> Usual:
    seen = parameter.lengths.total()
    mean = sum(length * count for length, count in parameter.lengths.items()) / seen
    variance = sum(count * (length - mean) ** 2 for length, count in parameter.lengths.items()) / seen
    listed = len(parameter.values) <= settings.most_listed_values
    # Good-Turing: the share of things seen once is the chance that the next one is new.
    once_shape = sum(count == 1 for count in parameter.shapes.values()) / seen
    once_value = sum(count == 1 for count in parameter.values.values()) / seen
    full = len(parameter.shapes) >= settings.most_shapes
    return Usual(
        seen=seen,
        sources=len(parameter.sources),
        shortest=min(parameter.lengths),
        longest=max(parameter.lengths),
        mean=round(mean, 4),
        variance=round(variance, 4),
        punctuation=frozenset(parameter.punctuation),
        shapes=frozenset(parameter.shapes),
        fresh_shapes=1.0 if full else round(once_shape, 6),
        values=frozenset(parameter.values) if listed else None,
        fresh_values=round(once_value, 6) if listed else 1.0,
    )
