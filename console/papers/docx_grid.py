"""A table as WordprocessingML: built as text in one go, because python-docx takes a second for a long one."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from console.papers.fields import printable
from console.papers.layout import POINTS_A_MM, Layout
from console.papers.paper import Grid
from console.papers.template_styles import MAIN

_SIDES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")


def grid_xml(grid: Grid, layout: Layout) -> str:
    """A root element around the caption, the table and what keeps it off the text behind it."""
    whole = round(layout.text_width_mm * POINTS_A_MM * 20)
    widths = [round(whole * share) for share in grid.shares]
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    table = (
        f'<w:tblPr><w:tblW w:w="{whole}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{lines}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
        '<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>"
    )
    table += _row(grid.header, widths, "GridHead", "<w:tblHeader/>")
    table += "".join(_row(row, widths, "GridCell") for row in grid.rows)
    caption = _paragraph("Caption", grid.caption) if grid.caption else ""
    return f'<w:body xmlns:w="{MAIN}">{caption}<w:tbl>{table}</w:tbl>{_paragraph("GridCell", "")}</w:body>'


def _row(cells: tuple[str, ...], widths: list[int], style: str, more: str = "") -> str:
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(style, cell)}</w:tc>"
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{inner}</w:tr>"


def _paragraph(style: str, text: str) -> str:
    lines = [f'<w:t xml:space="preserve">{escape(printable(line))}</w:t>' for line in text.split("\n")]
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{"<w:br/>".join(lines)}</w:r></w:p>'
