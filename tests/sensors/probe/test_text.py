"""Bodies become text whatever they are encoded in."""

from __future__ import annotations

import pytest

from sensors.probe.text import decode


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("中文".encode(), "text/html; charset=utf-8"),
        ("中文".encode("gbk"), "text/html; charset=GB2312"),
        (b'<meta charset="gbk">' + "中文".encode("gbk"), "text/html"),
        ("中文网页内容".encode("gb18030"), ""),
        ("中文".encode("utf-8-sig"), ""),
    ],
)
def test_chinese_text_is_read(body: bytes, kind: str) -> None:
    assert "中文" in decode(body, kind)


def test_bytes_that_are_no_text_stay_searchable() -> None:
    assert "PK" in decode(b"PK\x03\x04\xff\xfe\x00", "application/zip")
    assert decode(b"\xff" * 10, "text/html; charset=nonsense")
