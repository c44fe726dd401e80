"""One snapshot of the situation, from roll-ups: everything the big screen shows, each number with its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from analytics.posture.attacks import CHINA, load_counting
from analytics.posture.counties import County, load_counties
from analytics.posture.score import Score, Scoring, Step, load_scoring, risk_of, score_of, step_of
from analytics.posture.tally import start_of
from console.exercise.state import current
from console.wall import lines, numbers, views
from console.wall.figure import Figure, document, link
from console.wall.lines import Line
from console.wall.numbers import Counts, Open, Reach

DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Tile:
    """A county with its weighted risk."""

    county: County
    risk: float
    step: Step


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the trend."""

    day: str
    attacks: int
    href: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the screen shows. `at` is when it was counted; None says that nobody counted yet."""

    at: datetime | None
    now: datetime
    masked: bool
    exercise: str | None
    score: Score
    delta: int | None
    # the row that changed the score most since yesterday, and by how many points
    because: tuple[str, str, float] | None
    figures: Mapping[str, Sequence[Figure]]
    tiles: Sequence[Tile]
    steps: Sequence[Step]
    trend: Sequence[Day]
    feed: Sequence[Line]
    ticker: Sequence[Line]


def take(connection: Connection, reach: Reach, now: datetime) -> Snapshot:
    """Take a snapshot now."""
    at, scoring = numbers.counted_at(connection), load_scoring()
    counted = (at or now).replace(second=0, microsecond=0)
    today = now.astimezone(CHINA).date()
    first = today - timedelta(days=DAYS - 1)
    open_, before = (
        numbers.open_now(connection, reach),
        numbers.open_yesterday(connection, reach, now),
    )
    running = current(connection)
    exercise = running.id if running else None
    by_day = numbers.days(connection, reach, first)
    score = score_of(open_.total, scoring)
    recent = now - lines.RECENT
    told = lines.confirmed(connection, reach, standing=False, since=recent, most=lines.TICKER)
    sent = lines.issued(connection, reach, exercise, recent)
    return Snapshot(
        at=at,
        now=now,
        masked=reach.masked,
        exercise=None if running is None else "" if reach.masked else running.name,
        score=score,
        delta=score.value - score_of(before.total, scoring).value if before else None,
        because=_because(score, before, scoring),
        figures=_figures(connection, reach, open_, by_day, now, counted - timedelta(hours=24), exercise),
        tiles=tuple(_tile(county, open_.by_county.get(county.code, {}), scoring) for county in _shown(reach, open_)),
        steps=scoring.tiles,
        trend=tuple(_day((first + timedelta(days=n)).isoformat(), by_day) for n in range(DAYS)),
        feed=lines.confirmed(connection, reach, standing=True, since=recent, most=lines.SHOWN),
        ticker=sorted((*told, *sent), key=lambda line: line.at, reverse=True)[: lines.TICKER],
    )


def _figures(
    connection: Connection,
    reach: Reach,
    open_: Open,
    by_day: Mapping[tuple[str, str], int],
    now: datetime,
    since: datetime,
    exercise: int | None,
) -> Mapping[str, Sequence[Figure]]:
    today = now.astimezone(CHINA).date()
    found = numbers.assets(connection, reach, now)
    kinds, sources = numbers.attacks_since(connection, reach, since)
    totals: dict[str, int] = {}
    for (_, measure), number in by_day.items():
        totals[measure] = totals.get(measure, 0) + number
    return {
        "overall": views.overall(found, open_),
        **views.assets(found),
        **views.weaknesses(open_, by_day.get((today.isoformat(), "findings"), 0), start_of(today)),
        **views.attacks(kinds, sources, since, reach.masked),
        **views.incidents(open_, totals, start_of(today - timedelta(days=DAYS - 1))),
        **views.notices(connection, reach, exercise, start_of(today.replace(day=1))),
    }


def _because(score: Score, before: Open | None, scoring: Scoring) -> tuple[str, str, float] | None:
    if before is None:
        return None
    was = score_of(before.total, scoring)
    changes = [(old.points - new.points, new.row) for new, old in zip(score.parts, was.parts, strict=True)]
    points, row = max(changes, key=lambda change: abs(change[0]))
    return (row.zh, row.en, round(points, 2)) if points else None


def _shown(reach: Reach, open_: Open) -> Sequence[County]:
    """The counties in reach; of single units those that have something open."""
    if reach.counties is None and not reach.units:
        return load_counties()
    seen = (reach.counties or frozenset()) | (open_.by_county.keys() if reach.units else set())
    return [one for one in load_counties() if one.code in seen]


def _tile(county: County, counts: Counts, scoring: Scoring) -> Tile:
    risk = risk_of(counts, scoring)
    return Tile(county, risk, step_of(risk, scoring.tiles))


def _day(day: str, by_day: Mapping[tuple[str, str], int]) -> Day:
    return Day(day, by_day.get((day, "attacks"), 0), link("/attacks", day=day))


def as_document(taken: Snapshot) -> dict[str, Any]:
    """A snapshot as JSON values."""
    counting = load_counting()
    return {
        "at": taken.at.isoformat() if taken.at else None,
        "now": taken.now.isoformat(),
        "masked": taken.masked,
        "exercise": taken.exercise,
        "score": {
            "value": taken.score.value,
            "word": taken.score.word.zh,
            "delta": taken.delta,
            "parts": [
                {"id": part.row.id, "count": part.count, "weight": part.row.weight, "points": part.points}
                for part in taken.score.parts
            ],
        },
        "figures": {name: [document(figure) for figure in group] for name, group in taken.figures.items()},
        "counties": [
            {"code": tile.county.code, "zh": tile.county.zh, "risk": tile.risk, "level": tile.step.zh}
            for tile in taken.tiles
        ],
        "trend": [{"day": day.day, "attacks": day.attacks, "href": day.href} for day in taken.trend],
        "feed": [_line(line) for line in taken.feed],
        "ticker": [_line(line) for line in taken.ticker],
        "counting": {"zh": counting.zh, "en": counting.en, "confidence": counting.confidence},
    }


def _line(line: Line) -> dict[str, Any]:
    return {"at": line.at.isoformat(), "zh": line.zh, "en": line.en, "level": line.level, "href": line.href}
