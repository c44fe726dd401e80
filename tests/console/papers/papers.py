"""Papers for tests: one with everything in it, and one of nothing but text."""

from __future__ import annotations

import base64
from datetime import date

from console.papers.paper import Attachment, Grid, Heading, Paper, Paragraph, Picture

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><rect width="10" height="5"/></svg>'

EVERYTHING = Paper(
    kind="report",
    title="关于示例县人民政府办公室网络安全事件的初报",
    red_head="甘孜州委网信办文件",
    number="甘网办报〔2026〕7号",
    serial="000001",
    secrecy="内部",
    urgency="特急",
    signer_name="堃喆",
    to=("四川省委网信办",),
    blocks=(
        Heading(1, "基本情况"),
        Paragraph("联系人喆、堃，涉及<b>泸定县</b>、炉霍县&巴塘县。"),
        Grid(("序号", "名称"), (("1", "甲\n/a"), ("2", "乙")), (1, 4), "表1 清单"),
        Picture(DOT, SVG, "图1 趋势", 0.5),
        Heading(2, "措施"),
        Paragraph("顶格。", indent=False),
    ),
    attachments=(Attachment("清单", (Paragraph("附件正文。"),)), Attachment("截图")),
    issuer="甘孜州委网信办",
    on=date(2026, 3, 5),
    note="联系人：喆，电话：0836-0000000",
    cc=("州公安局", "州大数据中心"),
    printed_by="甘孜州委网信办",
    printed_on=date(2026, 3, 6),
    exercise="高原卫士",
)


def full_text(paragraphs: int) -> Paper:
    """Nothing but running text without a head."""
    return Paper("tip", "满页", tuple(Paragraph("网络安全" * 70) for _ in range(paragraphs)))
