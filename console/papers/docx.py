"""The master of every document: a docx template filled with a paper's fields, its tables and pictures put in."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from importlib.resources import files
from typing import Any, Final

from docx import Document
from docx.oxml import parse_xml
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as DocxParagraph
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import Environment, StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from console.papers.docx_grid import grid_xml
from console.papers.fields import docx_fields, signature_places
from console.papers.layout import Layout, load_layout
from console.papers.paper import Grid, Paper, Picture
from console.papers.template import packed

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARK: Final = re.compile(r"\ue000(\d+)\ue001")


class DocxError(ValueError):
    """The template cannot be filled; the sentence says why."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """What a template may do, which is little; a template that was compiled once is kept."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self._compiled: dict[str, Template] = {}

    def from_string(self, source: Any, *args: Any, **more: Any) -> Template:
        """The compiled template; the same text is compiled once."""
        if source not in self._compiled:
            if len(self._compiled) >= 100:
                self._compiled.clear()
            self._compiled[source] = super().from_string(source, *args, **more)
        return self._compiled[source]


def docx_of(paper: Paper, template: bytes | None = None) -> bytes:
    """The paper as docx, in its kind's template or in the one given. DocxError when that cannot be filled."""
    layout = load_layout()
    fields, placed = docx_fields(paper)
    filling = DocxTemplate(io.BytesIO(shipped(paper.kind) if template is None else template))
    try:
        filling.render(fields, sandbox(), autoescape=True)
    except TemplateError as error:
        raise DocxError(f"the template cannot be filled: {error.message or type(error).__name__}") from error
    written = io.BytesIO()
    filling.save(written)
    document = Document(written)
    before = None
    for paragraph in list(document.paragraphs):
        style = paragraph.style.name if paragraph.style else ""
        if style == "落款前空行" and before is not None:
            before.paragraph_format.keep_with_next = True
        before = paragraph
        found = _MARK.fullmatch(paragraph.text)
        if found:
            _put(paragraph, placed[int(found[1])], layout)
        else:
            _fit(paragraph, paper, layout)
    finished = io.BytesIO()
    document.save(finished)
    return _still(finished.getvalue())


@cache
def shipped(kind: str) -> bytes:
    """The template that ships for a kind. FileNotFoundError for an unknown one."""
    return (files("playbooks") / "notices" / f"{kind}.docx").read_bytes()


@cache
def sandbox() -> Environment:
    """The one environment that templates are filled in: sandboxed, strict, everything escaped."""
    return _Sandbox()


def _put(paragraph: DocxParagraph, block: Grid | Picture, layout: Layout) -> None:
    """A table or a picture in the place of its mark."""
    if isinstance(block, Grid):
        for element in parse_xml(grid_xml(block, layout)):
            paragraph._p.addprevious(element)
        parent = paragraph._p.getparent()
        assert parent is not None
        parent.remove(paragraph._p)
        return
    for run in paragraph.runs:
        run.text = ""
    run = paragraph.runs[0] if paragraph.runs else paragraph.add_run()
    run.add_picture(io.BytesIO(block.png), width=Mm(layout.text_width_mm * block.width))
    if block.caption:
        caption = paragraph.insert_paragraph_before(block.caption)
        caption.style = "图表题注"


def _fit(paragraph: DocxParagraph, paper: Paper, layout: Layout) -> None:
    """What a template cannot say beforehand: how large the red head is, where issuer and date stand."""
    style = paragraph.style.name if paragraph.style else ""
    if style == "发文机关标志":
        for run in paragraph.runs:
            run.font.size = Pt(int(layout.red_head_pt(len(paper.red_head)) * 2) / 2)
    elif style in ("落款", "成文日期"):
        places = signature_places(paper, layout)
        paragraph.paragraph_format.right_indent = Pt(places[style == "成文日期"] * layout.third_pt)


def _still(content: bytes) -> bytes:
    """The same parts with fixed days: the same paper is the same file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()})
