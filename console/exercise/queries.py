"""What was made during an exercise, counted, and the exercises there were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, select

from console.exercise.tables import EXERCISE
from console.notices.tables import NOTICE
from console.notify.tables import DELIVERY
from console.province.tables import INSTRUCTION, OUTBOX, REPORT
from console.response.level_tables import CALLOUT, RESPONSE_LEVEL
from console.response.tables import RUN
from console.web.i18n import mark

# name in the API, words on the page, table
MADE: Final[tuple[tuple[str, str, Table], ...]] = (
    ("levels", mark("响应级别变更"), RESPONSE_LEVEL),
    ("calls", mark("召集"), CALLOUT),
    ("runs", mark("预案运行"), RUN),
    ("notices", mark("通报文书"), NOTICE),
    ("reports", mark("上报报告"), REPORT),
    ("outbox", mark("链路消息（发往演练链路）"), OUTBOX),
    ("instructions", mark("收到的指令"), INSTRUCTION),
    ("messages", mark("通知消息"), DELIVERY),
)


@dataclass(frozen=True, slots=True)
class Held:
    """An exercise with what was made during it."""

    row: Row[Any]
    made: dict[str, int]


def exercises(connection: Connection, most: int = 20) -> Sequence[Held]:
    """The exercises, the newest first."""
    rows = connection.execute(select(EXERCISE).order_by(EXERCISE.c.id.desc()).limit(most)).all()
    return [Held(row, made_during(connection, row.id)) for row in rows]


def made_during(connection: Connection, exercise_id: int) -> dict[str, int]:
    """How much of each kind was made during an exercise."""
    counts = {}
    for name, _words, table in MADE:
        counted = select(func.count()).select_from(table).where(table.c.exercise_id == exercise_id)
        counts[name] = int(connection.execute(counted).scalar_one())
    return counts


def document(held: Held) -> dict[str, Any]:
    """An exercise as JSON values."""
    row = held.row
    return {
        "id": row.id,
        "name": row.name,
        "started_at": row.started_at.isoformat(),
        "started_by": row.started_by,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "ended_by": row.ended_by,
        "made": held.made,
    }
