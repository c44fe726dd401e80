from __future__ import annotations

import pytest

from console.papers.paper import Heading, Paragraph
from console.papers.report_paper import ReportValues, report_of, report_paper

ITEMS = (("涉事单位及涉事系统或设施基本情况", "单位：示例县人民政府办公室。\n系统：门户网站。"), ("其他", ""))
FIRST = ReportValues("first", "示例县人民政府办公室", "甘孜州委网信办", ITEMS, signer="堃喆", contact="值班室")


def test_a_report_says_each_item_under_its_heading_and_what_is_not_known_yet() -> None:
    paper = report_paper(FIRST)

    assert paper.title == "关于示例县人民政府办公室网络安全事件的初报"
    assert paper.signer_name == "堃喆"
    assert paper.blocks[1:] == (
        Heading(1, ITEMS[0][0]),
        Paragraph("单位：示例县人民政府办公室。"),
        Paragraph("系统：门户网站。"),
        Heading(1, "其他"),
        Paragraph("正在核查，情况明确后续报。"),
    )


def test_a_report_from_json_and_what_is_no_report() -> None:
    document = {"kind": "final", "unit": "甲", "issuer": "乙", "items": [{"heading": "教训", "text": "无"}]}

    assert report_of({**document, "on": "2026-11-28"}).title.endswith("的处置总结报告")
    with pytest.raises(ValueError, match="no report"):
        report_of({"kind": "first"})
    with pytest.raises(ValueError, match="one of first"):
        report_of({**document, "kind": "weekly"})
    with pytest.raises(ValueError, match="no report"):
        report_of({**document, "shade": "red"})
