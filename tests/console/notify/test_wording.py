"""The words of messages."""

from __future__ import annotations

import pytest

from console.notify.wording import worded


def test_values_are_filled_in_as_they_are() -> None:
    values = {"title": "某局\n换行 {x}", "incident": "2026-0001", "what": "启动", "reason": "理由"}
    subject, text = worded("level", level="Ⅲ级响应", **values)

    assert subject == "Ⅲ级响应 — 某局 换行 {x}"
    assert text.startswith("事件 2026-0001：某局")


def test_what_is_missing_is_said() -> None:
    with pytest.raises(KeyError):
        worded("level", level="x")
    with pytest.raises(KeyError):
        worded("song")
