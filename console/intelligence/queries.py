"""What the pages of intelligence show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, or_, select

from analytics.db import ALERT
from analytics.intel.detect import DETECTOR
from analytics.intel.policy import load_markings
from analytics.intel.tables import INDICATOR, INDICATOR_VALUE
from console.accounts.viewer import Viewer
from console.intelligence.reasons import reason_words
from console.intelligence.sharing import visible
from console.web.i18n import mark
from console.web.scope import in_scope

PAGE: Final = 50
_HITS_SHOWN: Final = 50
# What the list can be narrowed to, in the order of the chips.
STATES: Final = {
    "current": mark("监测中"),
    "hit": mark("有命中"),
    "expired": mark("已失效"),
    "unwatched": mark("未监测"),
    "stopped": mark("已停止"),
    "revoked": mark("已撤销"),
}
STATE_WORDS: Final = {
    "watched": mark("监测中"),
    "expired": mark("已失效"),
    "unwatched": mark("无法监测"),
    "ignored": mark("不予监测"),
    "stopped": mark("已停止"),
    "revoked": mark("来源已撤销"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """The address parameters of the list."""

    state: str = "current"
    source: str = ""
    text: str = ""
    skip: int = 0

    def address(self, **changed: str | int) -> dict[str, str | int]:
        """The parameters as an address carries them, some changed; empty ones left out."""
        mine: dict[str, str | int] = {
            "state": self.state,
            "source": self.source,
            "q": self.text,
            "skip": self.skip,
            **changed,
        }
        plain: dict[str, str | int] = {"state": "current", "skip": 0}
        return {name: value for name, value in mine.items() if value != plain.get(name, "")}


def indicators(connection: Connection, who: Viewer, asked: Filter, now: datetime) -> tuple[Sequence[Row[Any]], bool]:
    """A page of indicators, those met last in front, and whether there are more."""
    table = INDICATOR
    wanted = [visible(who)]
    if asked.state == "current":
        wanted += [table.c.state == "watched", table.c.valid_until > now]
    elif asked.state == "expired":
        wanted += [table.c.state == "watched", table.c.valid_until <= now]
    elif asked.state == "hit":
        wanted.append(table.c.id.in_(_met(who)))
    elif asked.state == "unwatched":
        wanted.append(table.c.state.in_(("unwatched", "ignored")))
    elif asked.state:
        wanted.append(table.c.state == asked.state)
    if asked.source:
        wanted.append(table.c.source == asked.source)
    if asked.text:
        values = select(INDICATOR_VALUE.c.indicator_id).where(
            INDICATOR_VALUE.c.value.contains(asked.text.lower(), autoescape=True)
        )
        texts = (table.c.name, table.c.pattern)
        found = (column.contains(asked.text, autoescape=True) for column in texts)
        wanted.append(or_(table.c.id.in_(values), *found))
    # Who does not see every hit must not learn of them by the order either.
    order = [table.c.hits.desc(), table.c.last_hit.desc()] if who.sees_all else []
    ordered = select(table).where(*wanted).order_by(*order, table.c.received_at.desc(), table.c.id)
    rows = connection.execute(ordered.offset(asked.skip).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def _met(who: Viewer) -> Any:
    return in_scope(select(ALERT.c.rule_id).where(ALERT.c.detector == DETECTOR), ALERT, who)


def one(connection: Connection, who: Viewer, indicator_id: str) -> Row[Any] | None:
    """An indicator this viewer may see."""
    return connection.execute(select(INDICATOR).where(INDICATOR.c.id == indicator_id, visible(who))).one_or_none()


def hits(connection: Connection, who: Viewer, ids: Sequence[str]) -> dict[str, tuple[int, datetime]]:
    """How often each of these was met and when last, inside the viewer's scope."""
    mine = (ALERT.c.rule_id.in_(list(ids)), ALERT.c.detector == DETECTOR)
    counted = select(ALERT.c.rule_id, func.sum(ALERT.c.count), func.max(ALERT.c.last_seen)).where(*mine)
    found = connection.execute(in_scope(counted, ALERT, who).group_by(ALERT.c.rule_id))
    return {rule: (int(times), last) for rule, times, last in found}


def alerts(connection: Connection, who: Viewer, indicator_id: str) -> Sequence[Row[Any]]:
    """The newest alerts of an indicator inside the viewer's scope."""
    mine = select(ALERT).where(ALERT.c.rule_id == indicator_id, ALERT.c.detector == DETECTOR)
    return connection.execute(in_scope(mine, ALERT, who).order_by(ALERT.c.last_seen.desc()).limit(_HITS_SHOWN)).all()


def state_of(row: Row[Any], now: datetime) -> str:
    """How an indicator stands now: watched ones end by themselves."""
    return "expired" if row.state == "watched" and row.valid_until <= now else str(row.state)


def shown(value: str) -> str:
    """A name in the letters that people see, when it was written in others than ASCII."""
    if "xn--" not in value:
        return ""
    try:
        return value.partition("/")[0].encode("ascii").decode("idna")
    except UnicodeError:
        return ""


def document(row: Row[Any], now: datetime, met: tuple[int, datetime] | None = None) -> dict[str, Any]:
    """An indicator as JSON values."""
    names = ("id", "stix_id", "name", "pattern", "pattern_type", "source", "marking", "confidence", "version")
    times = ("modified", "valid_from", "valid_until", "received_at", "changed_at", "hunted_at")
    reason = reason_words(row.reason) if row.reason else None
    return {
        **{name: getattr(row, name) for name in names},
        **{name: at.isoformat() if (at := getattr(row, name)) else None for name in times},
        "tlp": load_markings().tlp[row.tlp].words,
        "state": state_of(row, now),
        "reason": reason.zh if reason else None,
        "reason_en": reason.en if reason else None,
        "hits": met[0] if met else 0,
        "last_hit": met[1].isoformat() if met else None,
    }
