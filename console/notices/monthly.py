"""The draft of a month's bulletin: made once a month by the clerk, or earlier by whoever asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import IntegrityError

from analytics.findings.finding import MACHINE
from analytics.lifecycle import Unfit
from console.calendar.working_time import Calendar, load_calendar
from console.exercise.state import current_id
from console.notices.drafting import Draft, create
from console.notices.kinds import load_rules
from console.notices.monthly_charts import drawn
from console.notices.monthly_numbers import Numbers, numbers
from console.notices.monthly_words import fields_of_month
from console.notices.months import Month
from console.notices.paper import PLACES
from console.notices.tables import NOTICE
from console.office.settings import Office
from console.papers.notice_paper import NoticeValues, draft_text, draft_title
from console.papers.wording import raw_wording

KIND: Final = "monthly"


def monthly_draft(
    connection: Connection,
    month: Month,
    office: Office,
    at: datetime,
    by: str = MACHINE,
    calendar: Calendar | None = None,
) -> str:
    """The notice of a month: the one there is, or a new draft; its id. ValueError for a month that has not begun."""
    if month.start > at:
        raise Unfit(
            "该月份还没有开始，请选择本月或以前的月份",
            f"{month.name} has not begun yet; ask for a month up to the present one",
        )
    exercise = current_id(connection)
    known = drafts_of(connection, month, exercise)
    standing = [row.id for row in known if row.state != "withdrawn"]
    if standing:
        return str(standing[0])
    # Its own name, so that two who ask at the same moment cannot both have one.
    name = "-".join(filter(None, ("no", month.name, f"e{exercise}" if exercise else "", str(len(known) or ""))))
    draft = replace(_draft(numbers(connection, month), office, at, calendar or load_calendar()), id=name)
    try:
        with connection.begin_nested():
            return create(connection, draft, by, at)
    except IntegrityError:
        if name in {row.id for row in drafts_of(connection, month, exercise)}:
            return name
        raise


def drafts_of(connection: Connection, month: Month, exercise: int | None = None) -> Sequence[Row[Any]]:
    """Every bulletin of a month, withdrawn ones too, of the real world or of an exercise."""
    mine = (NOTICE.c.kind == KIND, NOTICE.c.month == month.name, NOTICE.c.exercise_id.is_not_distinct_from(exercise))
    return connection.execute(select(NOTICE).where(*mine).order_by(NOTICE.c.id)).all()


def kept(counted: Numbers, at: datetime) -> dict[str, Any]:
    """What a draft writes down: every figure as it was, how it was counted, and what its charts show."""
    figures = [
        {"key": one.key, "zh": one.zh, "en": one.en, "value": one.value, "of": one.of, "share": one.share}
        | {"address": one.address_in(counted.month.name)}
        for one in counted.figures.values()
    ]
    return {
        "month": counted.month.name,
        "counted_at": at.isoformat(),
        "method": raw_wording(KIND)["method"],
        "figures": figures,
        "drawn": drawn(counted),
    }


def _draft(counted: Numbers, office: Office, at: datetime, calendar: Calendar) -> Draft:
    rules = load_rules()
    values = NoticeValues(
        kind=KIND,
        unit="",
        issuer=office.name,
        contact=PLACES["contact"],
        phone=PLACES["phone"],
        more=fields_of_month(counted, calendar, rules),
    )
    return Draft(
        kind=rules.kind(KIND),
        unit_id=None,
        severity="low",
        title=draft_title(values),
        text=draft_text(values),
        advice="",
        month=counted.month.name,
        data=kept(counted, at),
    )
