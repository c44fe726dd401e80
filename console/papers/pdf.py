"""A paper as PDF: the same value set by WeasyPrint from a page of our own, for preview and for many at once."""

from __future__ import annotations

import base64
import hashlib
import threading
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from console.papers.fields import attachment_head, attachment_lines, exercise_line, printable, signature_places
from console.papers.layout import POINTS_A_MM, Font, Layout, load_layout, stack
from console.papers.paper import Attachment, Paper, Picture, chinese_date
from console.papers.remedy import PANGO
from console.papers.text import numbered
from console.papers.title import title_lines

MEDIA_TYPE: Final = "application/pdf"
# Pango keeps state of its own: one document at a time in a process.
_ONE: Final = threading.Lock()


class PdfError(RuntimeError):
    """No PDF can be made on this machine; the sentence says what to install."""


def pdf_of(paper: Paper) -> bytes:
    """The paper as PDF; the same paper is the same bytes. PdfError where pango is missing."""
    with _ONE:
        engine = _engine()
        page = engine.html(string=html_of(paper), url_fetcher=engine.fetcher)
        content: bytes = page.write_pdf(
            stylesheets=[engine.sheet],
            font_config=engine.fonts,
            pdf_identifier=hashlib.sha256(repr(paper).encode()).digest()[:16],
            hinting=False,
        )
    return content


def html_of(paper: Paper) -> str:
    """The page that is set: everything in line, everything escaped."""
    layout = load_layout()
    issuer_free, date_free = signature_places(paper, layout)
    return (
        _pages()
        .get_template("paper.html")
        .render(
            paper=paper,
            blocks=numbered(paper.blocks),
            title_lines=title_lines(paper.title, layout.title_characters),
            attachment_lines=attachment_lines(paper.attachments),
            attached=list(_attached(paper.attachments, layout)),
            red_head_pt=layout.red_head_pt(len(paper.red_head)),
            red_head_rise_pt=layout.red_head_rise_pt(len(paper.red_head)),
            issuer_pt=issuer_free * layout.third_pt,
            date_pt=date_free * layout.third_pt,
            date=chinese_date(paper.on),
            printed_on=f"{chinese_date(paper.printed_on)}印发",
            exercise=exercise_line(paper),
            foot_pt=_foot(paper, layout),
            picture_of=_picture,
        )
    )


def style_sheet(layout: Layout) -> str:
    """The style sheet with the layout's numbers."""
    families = {
        name: ", ".join(map(_quoted, stack(getattr(layout, name))))
        for name in Layout.__dataclass_fields__
        if isinstance(getattr(layout, name), Font)
    }
    # The box begins below the text; the dash stands in the middle of its line.
    gap = layout.number_below_text_mm * POINTS_A_MM - 9
    number = (
        f'content: "— " counter(page) " —"; vertical-align: top; padding-top: {gap:.2f}pt; letter-spacing: 0; '
        f"font: {layout.fourth_pt}pt/18pt {families['song']}; width: 100%;"
    )
    # Our own data, and CSS knows no entities: nothing is escaped here.
    plain = Markup(number), {name: Markup(names) for name, names in families.items()}  # noqa: S704
    return _pages().get_template("paper.css").render(l=layout, fonts=plain[1], page_number=plain[0])


def _attached(attachments: tuple[Attachment, ...], layout: Layout) -> Any:
    for number, attachment in enumerate(attachments, 1):
        if attachment.blocks:
            yield {
                "head": attachment_head(number, len(attachments)),
                "lines": title_lines(attachment.name, layout.title_characters),
                "blocks": numbered(attachment.blocks),
            }


def _foot(paper: Paper, layout: Layout) -> float:
    """The height of 版记: what is kept free for it at the end of the text."""
    a_line = int(layout.text_width_mm * POINTS_A_MM / layout.fourth_pt) - 5
    cc = len("，".join(paper.cc)) + 1
    return (1 + (-(-cc // a_line) if paper.cc else 0)) * layout.colophon_line_pt + 3


def _picture(picture: Picture) -> str:
    kind, content = ("svg+xml", picture.svg) if picture.svg else ("png", picture.png)
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _quoted(name: str) -> str:
    return name if name in ("serif", "sans-serif") else f'"{name}"'


@cache
def _pages() -> Environment:
    folder = str(files("console") / "papers" / "templates")

    def finalize(value: Any) -> Any:
        return printable(value) if type(value) is str else value

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, slots=True)
class _Engine:
    """WeasyPrint with one set of fonts and the style sheet, read once."""

    html: Any
    fonts: Any
    sheet: Any
    # Lets through what stands in the page itself, such as a chart; nothing from outside.
    fetcher: Any


@cache
def _engine() -> _Engine:
    try:
        from weasyprint import CSS, HTML  # type: ignore[import-untyped]  # noqa: PLC0415 - it loads pango
        from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415
    except OSError as error:
        raise PdfError(f"PDF needs the library pango, which is not on this machine; type: {PANGO}") from error
    fonts, fetcher = FontConfiguration(), URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    sheet = CSS(string=style_sheet(load_layout()), font_config=fonts, url_fetcher=fetcher)
    return _Engine(HTML, fonts, sheet, fetcher)
