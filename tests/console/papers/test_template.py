from __future__ import annotations

import io
from importlib.resources import files

import docx
import pytest

from console.papers.layout import load_layout
from console.papers.template import BLOCK_STYLES, packed, template_docx
from console.papers.wording import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_templates_that_ship_are_current(kind: str) -> None:
    shipped = (files("playbooks") / "notices" / f"{kind}.docx").read_bytes()

    assert shipped == template_docx(kind, load_layout()), "run python -m console.papers.template"


def test_a_template_has_the_standards_page() -> None:
    section = docx.Document(io.BytesIO(template_docx("hazard", load_layout()))).sections[0]
    edges = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)

    assert [round(edge.mm) for edge in edges if edge is not None] == [37, 28, 26, 35]
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)


def test_every_style_of_a_block_is_in_the_template() -> None:
    document = docx.Document(io.BytesIO(template_docx("hazard", load_layout())))

    assert set(BLOCK_STYLES.values()) <= {style.style_id for style in document.styles}


def test_the_same_parts_are_the_same_bytes() -> None:
    assert packed({"a": b"1"}) == packed({"a": b"1"})
