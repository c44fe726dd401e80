from __future__ import annotations

import builtins
import io
from collections import Counter
from dataclasses import replace
from functools import cache

import pdfplumber
import pytest

from console.papers import pdf
from console.papers.layout import POINTS_A_MM
from console.papers.paper import Paragraph
from console.papers.pdf import html_of, pdf_of
from tests.console.papers.papers import EVERYTHING

COUNTIES = (
    "康定市泸定县丹巴县九龙县雅江县道孚县炉霍县甘孜县新龙县德格县白玉县石渠县色达县理塘县巴塘县乡城县稻城县得荣县"
)
PAPER = replace(
    EVERYTHING,
    blocks=(*EVERYTHING.blocks, Paragraph(COUNTIES), *(Paragraph("网络安全" * 70) for _ in range(6))),
)


@cache
def rendered() -> bytes:
    return pdf_of(PAPER)


def test_a_full_page_has_22_lines_of_28_characters_inside_the_margins() -> None:
    with pdfplumber.open(io.BytesIO(rendered())) as document:
        page = document.pages[2]
        text = [char for char in page.chars if char["size"] == pytest.approx(16, abs=0.1) and char["top"] > 80]
        lines = Counter(round(char["top"]) for char in text)

        assert len(lines) == 22
        assert max(lines.values()) == 28
        assert min(char["x0"] for char in text) / POINTS_A_MM == pytest.approx(28, abs=1)
        assert max(char["x1"] for char in text) / POINTS_A_MM == pytest.approx(184, abs=1)


def test_every_page_says_its_number_and_that_it_is_an_exercise() -> None:
    with pdfplumber.open(io.BytesIO(rendered())) as document:
        for number, page in enumerate(document.pages, 1):
            text = page.extract_text()
            assert f"— {number} —" in text
            assert "演练专用：高原卫士，非真实公文" in text


def test_no_character_is_missing_not_even_in_names() -> None:
    with pdfplumber.open(io.BytesIO(rendered())) as document:
        text = "".join(page.extract_text() for page in document.pages)

    assert set(COUNTIES + "喆堃〔〕") <= set(text)
    assert "\ufffd" not in text


def test_markup_in_a_text_is_text() -> None:
    assert "&lt;b&gt;泸定县&lt;/b&gt;" in html_of(PAPER)


def test_nothing_is_fetched() -> None:
    with pytest.raises(ValueError, match="disallowed"):
        pdf._engine().fetcher.fetch("http://example.test/a.png")


def test_a_machine_without_pango_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, *rest: object, **more: object) -> object:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)  # type: ignore[arg-type]

    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", missing)
    pdf._engine.cache_clear()

    with pytest.raises(pdf.PdfError, match="apt-get install libpango") as told:
        pdf_of(PAPER)
    pdf._engine.cache_clear()
    assert "\n" not in str(told.value)
