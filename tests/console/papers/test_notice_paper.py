from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from console.papers.notice_paper import NoticeValues, Weakness, draft_text, draft_title, moment, notice_paper
from console.papers.paper import Grid, Heading, Paragraph
from console.papers.wording import NOTICES

AT = datetime(2026, 11, 27, 2, 30, tzinfo=UTC)
BACKEND = Weakness("管理后台暴露于互联网", "high", "示例县人民政府门户网站", "/admin/login", AT, "限制后台访问来源。")
HAZARD = NoticeValues(
    kind="hazard",
    unit="示例县人民政府办公室",
    issuer="甘孜州委网信办",
    weaknesses=(BACKEND, replace(BACKEND, title="首页存在暗链", severity="critical", location="/")),
    number="甘网安通〔2026〕3号",
    on=date(2026, 11, 28),
    rectify_by=AT,
)


@pytest.mark.parametrize("kind", [kind for kind in NOTICES if kind != "monthly"])
def test_every_kind_makes_a_paper_of_the_same_values(kind: str) -> None:
    paper = notice_paper(replace(HAZARD, kind=kind))

    assert paper.title
    assert paper.to
    assert "{" not in draft_text(replace(HAZARD, kind=kind))
    assert any(isinstance(block, Heading) for block in paper.blocks)


def test_a_hazard_notice_lists_its_findings_and_says_the_gravest() -> None:
    paper = notice_paper(HAZARD)

    grid = next(block for block in paper.blocks if isinstance(block, Grid))
    assert [row[:3] for row in grid.rows] == [("1", "管理后台暴露于互联网", "高危"), ("2", "首页存在暗链", "超危")]
    assert "其中最高等级为超危" in draft_text(HAZARD)
    assert "2026年11月27日10时30分前完成整改" in draft_text(HAZARD)
    assert "电话" not in draft_text(HAZARD)


def test_the_editors_words_stand_instead_of_the_proposed_ones() -> None:
    paper = notice_paper(HAZARD, "另一个标题", "只说一句。\n【隐患清单】")

    assert draft_title(HAZARD) != paper.title == "另一个标题"
    assert paper.blocks[0] == Paragraph("只说一句。")
    assert isinstance(paper.blocks[1], Grid)


def test_a_re_test_without_failures_does_not_speak_of_them() -> None:
    text = draft_text(replace(HAZARD, kind="retest", weaknesses=(replace(BACKEND, result="passed", tested_at=AT),)))

    assert "复测通过的隐患" in text
    assert "未通过" not in text


def test_a_moment_by_chinas_clock() -> None:
    assert moment(None) == ""
    assert moment(AT) == "2026年11月27日10时30分"
