"""The six views: which figures each one has, and the list that each figure counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from analytics.findings.checks import load_checks
from analytics.grading.tables import load_tables
from console.notices.queries import is_overdue, visible
from console.notices.tables import NOTICE
from console.wall.figure import Figure, link
from console.wall.numbers import TOP, Assets, Open, Reach
from console.web.i18n import mark
from console.web.levels import level_word

RANKS: Final = ("省级", "地市级", "县级", "部门")
# Words of the list's own columns; the English is theirs.
RANK_WORDS: Final = {
    "省级": mark("省级门户"),
    "地市级": mark("州级门户"),
    "县级": mark("县级门户"),
    "部门": mark("部门网站"),
}
SEVERITIES: Final = ("critical", "high", "medium", "low")
_ZH: Final = ("分", "小时", "天")
_EN: Final = ("min", "h", "d")

Figures = Sequence[Figure]


def overall(found: Assets, open_: Open) -> Figures:
    """How many sites are watched, whether they can be opened, what waits for a verdict."""
    share = f"{100 * (1 - found.failed / found.visits):.2f}%" if found.visits else "—"
    waiting = open_.sum("alerts")
    return (
        Figure("sites", mark("在监网站"), found.sites, "/sites", "sites.read"),
        Figure("failing", mark("首页可用率"), found.failing, link("/sites", week="failed"), "sites.read", text=share),
        Figure("waiting", mark("待研判告警"), waiting, link("/alerts", group="none"), "alerts.read"),
    )


def assets(found: Assets) -> Mapping[str, Figures]:
    """Units, protection, and the ranks of the sites."""
    return {
        "assets": (
            Figure("units", mark("责任单位"), found.units, "/sites", "sites.read", field="units"),
            Figure("protected", mark("等保三级及以上"), found.protected, link("/sites", protection=3), "sites.read"),
            Figure("cii", mark("关基网站"), found.cii, link("/sites", cii="true"), "sites.read"),
        ),
        "assets.ranks": tuple(
            Figure(f"rank-{rank}", RANK_WORDS[rank], found.ranks.get(rank, 0), link("/sites", rank=rank), "sites.read")
            for rank in RANKS
        ),
    }


def weaknesses(open_: Open, today: int, day_start: datetime) -> Mapping[str, Figures]:
    """Standing findings by gravity, and the checks that fail most."""
    checks = sorted(
        ((number, name) for (measure, name), number in open_.total.items() if measure == "checks"),
        key=lambda pair: (-pair[0], pair[1]),
    )
    known = load_checks()
    return {
        "weaknesses": (
            Figure("findings", mark("未闭环隐患"), open_.sum("findings"), "/findings", "findings.read"),
            Figure(
                "findings-today",
                mark("今日新增"),
                today,
                link("/findings", state="", since=day_start.isoformat()),
                "findings.read",
            ),
        ),
        "weaknesses.severity": tuple(
            Figure(
                f"severity-{name}",
                level_word(name),
                open_.total.get(("findings", name), 0),
                link("/findings", severity=name),
                "findings.read",
                level=name,
            )
            for name in SEVERITIES
        ),
        "weaknesses.checks": tuple(
            Figure(
                f"check-{name}",
                known[name].title if name in known else name,
                number,
                link("/findings", check=name),
                "findings.read",
                en=known[name].title_en if name in known else name,
            )
            for number, name in checks[:TOP]
        ),
    }


def attacks(
    kinds: Sequence[tuple[str, int]], sources: Sequence[tuple[str, int]], since: datetime, masked: bool
) -> Mapping[str, Figures]:
    """Attacks of the last 24 hours, by kind and by source."""
    from_ = since.isoformat()
    classes = load_tables().classes
    named = [(name, number) for name, number in sources if name]
    return {
        "attacks": (
            Figure(
                "attacks",
                mark("24 小时攻击"),
                sum(number for _, number in kinds),
                link("/attacks", since=from_),
                "alerts.read",
            ),
        ),
        "attacks.kinds": tuple(
            Figure(
                f"kind-{kind}",
                classes[kind].zh if kind in classes else kind,
                number,
                link("/attacks", kind=kind, since=from_),
                "alerts.read",
                en=classes[kind].en if kind in classes else kind,
            )
            for kind, number in kinds[:TOP]
        ),
        "attacks.sources": tuple(
            _source(place, name, number, from_, masked) for place, (name, number) in _first(named)
        ),
    }


def _first(named: Sequence[tuple[str, int]]) -> Sequence[tuple[int, tuple[str, int]]]:
    return list(enumerate(named[:TOP], start=1))


def _source(place: int, name: str, number: int, since: str, masked: bool) -> Figure:
    if masked:
        return Figure(f"source-{place}", f"来源 {place}", number, en=f"Source {place}")
    href = link("/attacks", source=name, since=since)
    return Figure(f"source-{place}", name, number, href, "alerts.read", en=name)


def incidents(open_: Open, totals: Mapping[str, int], since: datetime) -> Mapping[str, Figures]:
    """Open incidents by grade, and how long it took in thirty days to see, to confirm and to end one."""
    levels = tuple(
        Figure(
            f"level-{level}",
            level_word(level) if level else mark("未定级"),
            open_.total.get(("incidents", str(level)), 0),
            link("/incidents", level=level),
            "incidents.read",
            level=level or None,
        )
        for level in (1, 2, 3, 4, 0)
    )
    means = (
        ("detect", mark("发现用时"), "incidents", None),
        ("confirm", mark("研判用时"), "confirmed", "confirmed"),
        ("close", mark("办结用时"), "closed", "closed"),
    )
    return {
        "incidents": (Figure("incidents", mark("处置中事件"), open_.sum("incidents"), "/incidents", "incidents.read"),),
        "incidents.levels": levels,
        "incidents.means": tuple(
            Figure(
                f"mean-{name}",
                words,
                totals.get(counted, 0),
                link("/incidents", state="", reached=reached, since=since.isoformat()),
                "incidents.read",
                text=_mean(totals.get(f"{name}_minutes", 0), totals.get(counted, 0), _ZH),
                text_en=_mean(totals.get(f"{name}_minutes", 0), totals.get(counted, 0), _EN),
            )
            for name, words, counted, reached in means
        ),
    }


def notices(connection: Connection, reach: Reach, exercise: int | None, month: datetime) -> Mapping[str, Figures]:
    """This month's notices step by step, and those that are late; during an exercise those of the exercise."""
    part = NOTICE.c.exercise_id.is_(None) if exercise is None else NOTICE.c.exercise_id == exercise
    real = part & (NOTICE.c.state != "withdrawn") & visible(reach)
    moments = (NOTICE.c.received_at, NOTICE.c.feedback_at, NOTICE.c.closed_at)
    steps = [func.count(), *(func.count(moment) for moment in moments)]
    numbers = connection.execute(select(*steps).where(NOTICE.c.issued_at >= month, real)).one()
    late = select(func.count()).select_from(NOTICE).where(is_overdue(), real)
    drill = "false" if exercise is None else exercise
    since = month.isoformat()
    words = (mark("已下发"), mark("已签收"), mark("已反馈"), mark("已销号"))
    reached = (None, "received", "feedback", "closed")
    return {
        "notices": (
            Figure(
                "notices-late",
                mark("逾期未整改"),
                int(connection.execute(late).scalar_one()),
                link("/notices", state="overdue", exercise=drill),
                "notices.read",
            ),
        ),
        "notices.steps": tuple(
            Figure(
                f"notices-{step or 'issued'}",
                word,
                int(number),
                link("/notices", state="kept", issued_since=since, reached=step, exercise=drill),
                "notices.read",
            )
            for word, number, step in zip(words, numbers, reached, strict=True)
        ),
    }


def _mean(minutes: int, number: int, units: tuple[str, str, str]) -> str:
    """A mean length in the largest unit that says something."""
    if not number:
        return "—"
    mean = minutes / number
    if mean < 60:
        return f"{mean:.0f} {units[0]}"
    return f"{mean / 60:.1f} {units[1]}" if mean < 48 * 60 else f"{mean / 1440:.1f} {units[2]}"
