from __future__ import annotations

import pytest
from sqlalchemy import select, update

from analytics.db import SITE, UNIT
from console.audit.tables import AUDIT_ENTRY
from console.exercise.state import start
from console.notices.monthly import drafts_of, monthly_draft
from console.notices.months import Month
from console.notices.paper import paper_of
from console.notices.records import get
from console.notices.tables import NOTICE
from console.office.settings import Office
from console.papers.docx import docx_of
from console.papers.paper import Picture
from tests.console.deskside import Table
from tests.console.notices.monthly_records import AFTER, MONTH, november


def test_a_month_is_drafted_once_with_every_figure_and_its_address(table: Table) -> None:
    november(table)
    with table.desk.engine.begin() as connection:
        first = monthly_draft(connection, MONTH, Office(), AFTER)
        again = monthly_draft(connection, MONTH, Office(), AFTER)
        notice = get(connection, first)
        audited = connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all()

    assert first == again == "no-2026-11"
    assert audited == ["notice.draft"]
    assert (notice.kind, notice.month, notice.state, notice.unit_id) == ("monthly", "2026-11", "draft", None)
    assert notice.title == "2026年11月网络安全提示"
    assert {"key", "zh", "en", "value", "of", "share", "address"} == set(notice.data["figures"][0])
    assert "37027" in notice.data["method"]["zh"]
    for heading in ("一、本月态势", "二、典型问题", "三、重点漏洞预警", "四、工作提示", "五、要求与联系方式"):
        assert heading in notice.text


def test_the_bulletin_names_no_unit_no_site_and_no_address(table: Table) -> None:
    november(table)
    with table.desk.engine.begin() as connection:
        notice = get(connection, monthly_draft(connection, MONTH, Office(), AFTER))
        names = connection.execute(select(SITE.c.name).union(select(SITE.c.url), select(UNIT.c.name))).scalars().all()

    assert not any(name in notice.text or name in notice.title for name in names)
    assert "203.0.113" not in notice.text


def test_its_paper_has_the_charts(table: Table) -> None:
    november(table)
    with table.desk.engine.begin() as connection:
        notice = get(connection, monthly_draft(connection, MONTH, Office(), AFTER))

    paper = paper_of(notice, (), Office(), {}, None)

    assert sum(isinstance(block, Picture) for block in paper.blocks) == 3
    assert docx_of(paper)


def test_a_withdrawn_one_may_be_drafted_anew_and_an_exercise_has_its_own(table: Table) -> None:
    november(table)
    with table.desk.engine.begin() as connection:
        first = monthly_draft(connection, MONTH, Office(), AFTER)
        connection.execute(update(NOTICE).where(NOTICE.c.id == first).values(state="withdrawn"))
        second = monthly_draft(connection, MONTH, Office(), AFTER)
        start(connection, "高原卫士", "lead", AFTER)
        third = monthly_draft(connection, MONTH, Office(), AFTER)

        assert len({first, second, third}) == 3
        assert [row.state for row in drafts_of(connection, MONTH)] == ["withdrawn", "draft"]


def test_a_month_that_has_not_begun_is_refused(table: Table) -> None:
    with pytest.raises(ValueError, match="not begun"), table.desk.engine.begin() as connection:
        monthly_draft(connection, Month(2027, 1), Office(), AFTER)
