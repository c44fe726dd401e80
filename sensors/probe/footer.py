"""The marks that a government site's footer must show: site code, ICP record, police record."""

from __future__ import annotations

from typing import Final

import re2

_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼蜀"
# 国办发〔2017〕47号 and 国办函〔2018〕55号 ask for the code; the record numbers follow the samples in use.
MARKS: Final = {
    "政府网站标识码": re2.compile(r"标识码\s*[:：]?\s*(?:\d{10}|bm\d{8})(?:\D|$)"),
    "ICP 备案号": re2.compile(rf"[{_PROVINCES}]\s*ICP\s*备\s*\d{{6,10}}\s*号"),
    "公安备案号": re2.compile(rf"[{_PROVINCES}]公网安备\s*[:：]?\s*(?:\d{{14}}|\d{{12}})\s*号?"),
}


def footer_marks(text: str) -> dict[str, str | None]:
    """Each mark with what the page shows for it, or None."""
    found = {name: pattern.search(text) for name, pattern in MARKS.items()}
    return {name: match.group(0).strip() if match else None for name, match in found.items()}
