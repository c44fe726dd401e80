"""The figures of a month: each with what it counts, so that the list behind it can be shown and counted again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import Connection, func, select

from analytics.db import FINDING, FINDING_MOVE, INCIDENT, SITE, SITE_DAY, UNIT
from analytics.findings.checks import load_checks
from analytics.posture.availability import TOO_MANY
from analytics.posture.counties import load_counties
from analytics.posture.tables import ATTACK
from console.notices.kinds import load_rules
from console.notices.monthly_findings import Life, MonthOfFindings, month_of_findings
from console.notices.months import Month
from console.notices.tables import NOTICE
from console.papers.notice_paper import severity_word
from console.papers.wording import raw_wording

SEVERITIES: Final = ("critical", "high", "medium", "low")
TREND: Final = 12
LISTS_OF_FINDINGS: Final = ("before", "new", "returned", "closed", "false", "stock")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, in words, with the rows it counts: ids of findings, incidents, notices or sites.

    `address` is set where another page already lists them; `share` is a share of visits, which counts no rows.
    """

    key: str
    zh: str
    en: str
    value: float
    of: str
    ids: tuple[str, ...] = ()
    address: str = ""
    share: bool = False

    def address_in(self, month: str) -> str:
        """Where the list stands that this figure counts."""
        return self.address or f"/notices/figures?{urlencode({'month': month, 'key': self.key})}"


@dataclass(frozen=True, slots=True)
class Availability:
    """Visits of home pages in a month, and the sites that could not be opened too often."""

    visits: int
    failed: int
    vetoed: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The share that opened; None without visits."""
        return 1 - self.failed / self.visits if self.visits else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """A month in figures, by key and in the order people read them."""

    month: Month
    figures: Mapping[str, Figure]
    findings: MonthOfFindings
    availability: Availability
    before: Availability

    def value(self, key: str) -> int:
        """A count by its key; 0 for what did not happen."""
        return int(self.figures[key].value) if key in self.figures else 0


def numbers(connection: Connection, month: Month) -> Numbers:
    """Count the month. The same records give the same figures, however late they are asked."""
    lives = lives_of(connection)
    now, past = month_of_findings(lives, month), availability_of(connection, month.plus(-1))
    open_pages = availability_of(connection, month)
    found = [
        *_watched(connection, month, open_pages),
        *_found(now),
        *_by_unit(connection, now),
        *_incidents(connection, month),
        *_notices(connection, month),
        *_trend(lives, month),
    ]
    return Numbers(month, {figure.key: figure for figure in found}, now, open_pages, past)


def lives_of(connection: Connection) -> list[Life]:
    """Every finding with its moves."""
    moves: dict[str, list[tuple[Any, str, str]]] = {}
    ordered = select(FINDING_MOVE).order_by(FINDING_MOVE.c.at, FINDING_MOVE.c.id)
    for move in connection.execute(ordered):
        moves.setdefault(move.finding_id, []).append((move.at, move.state_from, move.state_to))
    columns = (FINDING.c.id, FINDING.c.check_id, FINDING.c.severity, FINDING.c.unit_id, FINDING.c.county)
    rows = connection.execute(
        select(*columns, FINDING.c.site_id, FINDING.c.first_seen, FINDING.c.state).order_by(FINDING.c.id)
    )
    return [Life(*row, moves=tuple(moves.get(row.id, ()))) for row in rows]


def availability_of(connection: Connection, month: Month) -> Availability:
    """Visits of home pages in a month, as `SITE_DAY` counted them."""
    rows = connection.execute(
        select(SITE_DAY.c.site_id, func.sum(SITE_DAY.c.visits), func.sum(SITE_DAY.c.failed))
        .where(SITE_DAY.c.day.startswith(f"{month.name}-"))
        .group_by(SITE_DAY.c.site_id)
        .order_by(SITE_DAY.c.site_id)
    ).all()
    vetoed = tuple(site for site, visits, failed in rows if visits and failed / visits >= TOO_MANY)
    return Availability(sum(row[1] for row in rows), sum(row[2] for row in rows), vetoed)


def named(key: str, of: str, ids: Iterable[str], part: tuple[str, str] = ("", ""), **more: Any) -> Figure:
    """A count by the words of its key's first part, and of the part it is narrowed to."""
    words, listed = raw_wording("monthly")["figures"][key.split(".", maxsplit=1)[0]], tuple(ids)
    zh, en = (f"{word}·{narrowed}" if narrowed else word for word, narrowed in zip(words.values(), part, strict=True))
    return Figure(key, zh, en, len(listed), of, listed, **more)


def _watched(connection: Connection, month: Month, pages: Availability) -> Iterable[Figure]:
    sites = connection.execute(select(SITE.c.id).where(SITE.c.active).order_by(SITE.c.id)).scalars()
    yield named("sites", "site", sites)
    # Listed by their own page, each counted once there too: a source, a target, a kind and a day.
    count = select(func.count()).select_from(ATTACK).where(ATTACK.c.first_seen >= month.start)
    total = connection.execute(count.where(ATTACK.c.first_seen < month.end)).scalar_one()
    words = raw_wording("monthly")["figures"]["attacks"]
    span = urlencode({"since": month.start.isoformat(), "until": month.end.isoformat()})
    yield Figure("attacks", words["zh"], words["en"], total, "attack", address=f"/attacks?{span}")
    if pages.share is not None:
        words = raw_wording("monthly")["figures"]["availability"]
        yield Figure(
            "availability", words["zh"], words["en"], round(pages.share * 100, 2), "site", pages.vetoed, share=True
        )
    yield named("vetoed", "site", pages.vetoed)


def _found(now: MonthOfFindings) -> Iterable[Figure]:
    for name in LISTS_OF_FINDINGS:
        yield named(name, "finding", _ids(getattr(now, name)))
    checks = load_checks()
    for name in ("new", "stock"):
        lives = getattr(now, name)
        for severity in SEVERITIES:
            narrowed = [life for life in lives if life.severity == severity]
            yield named(f"{name}.severity.{severity}", "finding", _ids(narrowed), (severity_word(severity), severity))
        for check in sorted({life.check_id for life in lives}):
            title = (checks[check].title, checks[check].title_en) if check in checks else (check, check)
            yield named(f"{name}.check.{check}", "finding", _ids(x for x in lives if x.check_id == check), title)


def _by_unit(connection: Connection, now: MonthOfFindings) -> Iterable[Figure]:
    units = {row.id: row.name for row in connection.execute(select(UNIT.c.id, UNIT.c.name))}
    counties = {one.code: (one.zh, one.en) for one in load_counties()}
    for name in ("new", "closed", "returned", "stock"):
        lives: tuple[Life, ...] = getattr(now, name)
        for county in sorted({life.county for life in lives if life.county}):
            words = counties.get(county, (county, county))
            yield named(f"{name}.county.{county}", "finding", _ids(x for x in lives if x.county == county), words)
        for unit in sorted({life.unit_id for life in lives if life.unit_id}):
            title = units.get(unit, unit)
            yield named(f"{name}.unit.{unit}", "finding", _ids(x for x in lives if x.unit_id == unit), (title, title))


def _incidents(connection: Connection, month: Month) -> Iterable[Figure]:
    # What was merged into another is counted there.
    rows = connection.execute(
        select(INCIDENT.c.id, func.coalesce(INCIDENT.c.level_confirmed, INCIDENT.c.level_proposed, 0))
        .where(INCIDENT.c.detected_at >= month.start, INCIDENT.c.detected_at < month.end)
        .where(INCIDENT.c.state != "merged")
        .order_by(INCIDENT.c.id)
    ).all()
    yield named("incidents", "incident", (row[0] for row in rows))
    for level, words in raw_wording("monthly")["levels"].items():
        ids = [row[0] for row in rows if row[1] == int(level)]
        yield named(f"incidents.level.{level}", "incident", ids, (words["zh"], words["en"]))


def _notices(connection: Connection, month: Month) -> Iterable[Figure]:
    answered = [kind.id for kind in load_rules().kinds.values() if kind.must_reply]
    rows = connection.execute(
        select(NOTICE)
        .where(NOTICE.c.kind.in_(answered), NOTICE.c.issued_at.is_not(None), NOTICE.c.exercise_id.is_(None))
        .where(NOTICE.c.issued_at < month.end, NOTICE.c.state != "withdrawn")
        .order_by(NOTICE.c.id)
    ).all()
    yield named("issued", "notice", (row.id for row in rows if row.issued_at >= month.start))
    closed = [row for row in rows if row.closed_at and month.start <= row.closed_at < month.end]
    yield named("settled", "notice", (row.id for row in closed))
    standing = [row for row in rows if not row.closed_at or row.closed_at >= month.end]
    late = [row for row in standing if row.rectify_by and row.rectify_by < month.end]
    late = [row for row in late if not row.feedback_at or row.feedback_at >= month.end]
    yield named("overdue", "notice", (row.id for row in late))


def _trend(lives: list[Life], month: Month) -> Iterable[Figure]:
    for one in month.last(TREND):
        then = month_of_findings(lives, one)
        for name in ("new", "closed", "stock"):
            words = (one.name, one.name)
            yield named(f"{name}.month.{one.name}", "finding", _ids(getattr(then, name)), words)


def _ids(lives: Iterable[Life]) -> tuple[str, ...]:
    return tuple(life.id for life in lives)
