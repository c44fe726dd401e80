from __future__ import annotations

from typing import Any

import pytest

from console.papers.document import paper_from, sample
from console.papers.paper import Grid
from console.papers.wording import KINDS

HAZARD: dict[str, Any] = {
    "kind": "hazard",
    "unit": "示例局",
    "issuer": "甘孜州委网信办",
    "rectify_by": "2026-12-01T18:00",
    "weaknesses": [{"title": "暗链", "severity": "high", "site": "门户", "location": "/"}],
}


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_sample_of_every_kind(kind: str) -> None:
    assert sample(kind).kind == kind
    assert sample(kind).number


def test_a_document_of_plain_values_becomes_a_paper() -> None:
    paper = paper_from(HAZARD)

    assert any(isinstance(block, Grid) and block.rows[0][1] == "暗链" for block in paper.blocks)
    assert any("2026年12月1日18时前" in getattr(block, "text", "") for block in paper.blocks)
    assert paper_from({**HAZARD, "title": "另题", "text": "一句。"}).title == "另题"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "letter"}, "no kind"),
        ({"shade": "red"}, "no field 'shade'"),
        ({"weaknesses": [{"title": "暗链"}]}, "a weakness has"),
        ({"weaknesses": ["暗链"]}, "an object"),
        ({"rectify_by": "soon"}, "soon"),
        ({"serial": "12"}, "6 digits"),
    ],
)
def test_what_is_no_document_is_refused_with_a_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        paper_from({**HAZARD, **change})
