"""Makes the docx templates that ship, from the layout's numbers: `python -m console.papers.template [FOLDER]`.

They are written part by part, so that nothing is in them that is not said here; the same layout gives the same bytes.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from console.papers.layout import POINTS_A_MM, Layout, load_layout
from console.papers.template_styles import MAIN, frame_of, styles_part
from console.papers.wording import KINDS, load_wording

# What a block is, and the style it is set in; console/papers/docx.py puts tables and pictures where a mark stands.
BLOCK_STYLES: Final = {
    **{f"h{level}": f"Heading{level}" for level in range(1, 5)},
    "flush": "Body0",
    "mark": "Mark",
    "page": "AttachmentHead",
    "title": "PaperTitle",
}
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_REL: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# The day of every part: the same template is the same bytes, whenever it is made.
_EPOCH: Final = (2026, 1, 1, 0, 0, 0)
_PARTS: Final = (
    ("styles", "styles.xml", f"{_WORD}.styles+xml"),
    ("settings", "settings.xml", f"{_WORD}.settings+xml"),
    ("header", "header1.xml", f"{_WORD}.header+xml"),
    ("header", "header2.xml", f"{_WORD}.header+xml"),
    ("footer", "footer1.xml", f"{_WORD}.footer+xml"),
    ("footer", "footer2.xml", f"{_WORD}.footer+xml"),
)


def template_docx(kind: str, layout: Layout) -> bytes:
    """The template of a kind, with the fields that console/papers/docx.py fills."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _root_relations(),
        "docProps/core.xml": _core(load_wording(kind).name),
        "word/_rels/document.xml.rels": _relations(),
        "word/document.xml": _document(layout),
        "word/styles.xml": styles_part(layout),
        "word/settings.xml": _settings(),
        "word/header1.xml": _edge("hdr", paragraph("Exercise", "{{ exercise_line }}")),
        "word/header2.xml": _edge("hdr", paragraph("Exercise", "{{ exercise_line }}")),
        "word/footer1.xml": _edge("ftr", _page_number("PageOdd")),
        "word/footer2.xml": _edge("ftr", _page_number("PageEven")),
    }
    return packed({name: content.encode() for name, content in parts.items()})


def packed(parts: dict[str, bytes]) -> bytes:
    """The parts as one zip with fixed days, in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def paragraph(style: str, text: str, more: str = "", place: str = "") -> str:
    """One paragraph in a style: a run of text, further runs as XML, and where it is placed."""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{place}</w:pPr>{run}{more}</w:p>'


def twips(points: float) -> int:
    """Points in twentieths."""
    return round(points * 20)


def _document(layout: Layout) -> str:
    body = [*_top(layout), *_blocks("blocks"), *_end(), *_colophon(layout), paragraph("Anchor", ""), _section(layout)]
    return f'{_HEAD}<w:document xmlns:w="{MAIN}" xmlns:r="{_REL}"><w:body>{"".join(body)}</w:body></w:document>'


def _top(layout: Layout) -> Iterable[str]:
    yield _tag("if red_head")
    yield _tag("for line in corner")
    yield paragraph("Corner", "{{ line }}")
    yield _tag("endfor")
    yield paragraph("RedHead", "{{ red_head }}")
    yield from [paragraph("Body0", "")] * layout.lines_before_number
    yield _tag("if signer")
    yield (
        '<w:p><w:pPr><w:pStyle w:val="NumberUp"/></w:pPr><w:r><w:t xml:space="preserve">　{{ number }}</w:t></w:r>'
        '<w:r><w:tab/><w:t>签发人：</w:t></w:r><w:r><w:rPr><w:rStyle w:val="Signer"/></w:rPr>'
        "<w:t>{{ signer }}</w:t></w:r></w:p>"
    )
    yield _tag("else")
    yield paragraph("Number", "{{ number }}")
    yield _tag("endif")
    yield from [paragraph("Body0", "")] * layout.lines_before_title
    yield _tag("endif")
    yield _tag("for line in title_lines")
    yield paragraph("PaperTitle", "{{ line }}")
    yield _tag("endfor")
    yield paragraph("Body0", "")
    yield _tag("if to")
    yield paragraph("Body0", "{{ to }}：")
    yield _tag("endif")


def _blocks(name: str) -> Iterable[str]:
    """A loop over blocks: each kind in its style, whatever else as running text."""
    yield _tag(f"for block in {name}")
    for number, (kind, style) in enumerate(BLOCK_STYLES.items()):
        yield _tag(f"{'elif' if number else 'if'} block.kind == '{kind}'")
        yield paragraph(style, "{{ block.text }}")
    yield _tag("else")
    yield paragraph("Body", "{{ block.text }}")
    yield _tag("endif")
    yield _tag("endfor")


def _end() -> Iterable[str]:
    yield _tag("for line in attachment_lines")
    yield paragraph("AttachmentLine", "{{ line }}")
    yield _tag("endfor")
    yield _tag("if issuer")
    yield from (paragraph("SignatureGap", ""), paragraph("SignatureGap", ""))
    yield paragraph("Issuer", "{{ issuer }}")
    yield paragraph("Date", "{{ date }}")
    yield _tag("endif")
    yield _tag("if note")
    yield paragraph("Body", "（{{ note }}）")
    yield _tag("endif")
    yield from _blocks("attached")


def _colophon(layout: Layout) -> Iterable[str]:
    """版记: paragraphs in a frame at the foot of the last page; a floating table is not kept there by all programs."""
    frame = frame_of(layout)
    printed = "　{{ printed_by }}", '<w:r><w:tab/><w:t xml:space="preserve">{{ printed_on }}</w:t></w:r>'
    yield _tag("if has_colophon")
    yield _tag("if cc")
    yield paragraph("Colophon", "　抄送：{{ cc }}。", place=frame)
    yield _tag("endif")
    yield paragraph("Colophon", *printed, place=frame)
    yield _tag("endif")


def _tag(said: str) -> str:
    """A paragraph that is only a statement of the template; it disappears."""
    return paragraph("Body0", f"{{%p {said} %}}")


def _section(layout: Layout) -> str:
    points = {name: getattr(layout, f"{name}_mm") * POINTS_A_MM for name in ("top", "right", "bottom", "left")}
    margins = " ".join(f'w:{name}="{twips(value)}"' for name, value in points.items())
    # The dash of the page number stands in the middle of its line of 18 pt.
    foot = twips((layout.bottom_mm - layout.number_below_text_mm) * POINTS_A_MM - 9)
    width, height = (twips(mm * POINTS_A_MM) for mm in (layout.width_mm, layout.height_mm))
    edges = "".join(
        f'<w:{what}Reference w:type="{side}" r:id="rId{number}"/>'
        for what, side, number in (
            ("header", "default", 3),
            ("header", "even", 4),
            ("footer", "default", 5),
            ("footer", "even", 6),
        )
    )
    return (
        f'<w:sectPr>{edges}<w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar {margins} w:header="{twips(15 * POINTS_A_MM)}" w:footer="{foot}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{twips(layout.line_pt)}"/></w:sectPr>'
    )


def _page_number(style: str) -> str:
    field = "".join(
        f'<w:r><w:fldChar w:fldCharType="{part}"/></w:r>'
        if part != "text"
        else '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        for part in ("begin", "text", "separate")
    )
    dash = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{dash.format("— ")}{field}<w:r><w:t>1</w:t></w:r>'
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r>{dash.format(" —")}</w:p>'
    )


def _edge(root: str, content: str) -> str:
    return f'{_HEAD}<w:{root} xmlns:w="{MAIN}" xmlns:r="{_REL}">{content}</w:{root}>'


def _settings() -> str:
    # Punctuation is not squeezed: it would put more than 28 characters on a line.
    return (
        f'{_HEAD}<w:settings xmlns:w="{MAIN}"><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        f'<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:balanceSingleByteDoubleByteWidth/>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _content_types() -> str:
    overrides = [("/word/document.xml", f"{_WORD}.document.main+xml")]
    overrides += [(f"/word/{name}", kind) for _, name, kind in _PARTS]
    overrides += [("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")]
    parts = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
    plain = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    )
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{plain}{parts}</Types>'


def _relations() -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_REL}/{kind}" Target="{name}"/>'
        for number, (kind, name, _) in enumerate(_PARTS, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _root_relations() -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>'
    )


def _core(title: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>' + escape(title) + "</dc:title>"
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def main(folder: Path) -> None:
    """Write the templates of all kinds."""
    for kind in KINDS:
        (folder / f"{kind}.docx").write_bytes(template_docx(kind, load_layout()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "playbooks" / "notices")
