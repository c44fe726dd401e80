"""The styles of the docx templates: each place of a document by name, with the standard's typeface in every script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from console.papers.layout import POINTS_A_MM, Font, Layout
from console.papers.text import chinese_number

MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style. Lengths in points, indents in characters of the style."""

    id: str
    name: str
    font: Font
    size: float
    line: float
    align: str = "both"
    first: float = 0
    left: float = 0
    right: float = 0
    hanging: float = 0
    before: float = 0
    after: float = 0
    colour: str = ""
    tracking: float = 0
    # elements of w:pPr before and behind w:widowControl, and the outline's level: their order is the schema's
    flags: str = ""
    frame: str = ""
    outline: int | None = None


def styles_of(layout: Layout) -> Iterable[Style]:
    """Every style of a template."""
    third, fourth, line, track = layout.third_pt, layout.fourth_pt, layout.line_pt, layout.tracking_pt
    body = partial(Style, size=third, line=line, tracking=track)
    yield body("Body", "正文段落", layout.body, first=2)
    yield body("Body0", "正文顶格", layout.body)
    fonts = (layout.black, layout.kai, layout.body, layout.body)
    for level, font in enumerate(fonts, 1):
        yield body(
            f"Heading{level}", f"{chinese_number(level)}级标题", font, first=2, flags="<w:keepNext/>", outline=level - 1
        )
    yield Style("Corner", "份号密级", layout.black, third, line, "left")
    yield _red_head(layout)
    # 4 mm of room, then the red line across the text.
    gap = round(layout.red_line_below_number_mm * POINTS_A_MM)
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="{round(layout.red_line_pt * 8)}" w:space="{gap}" '
    rule += f'w:color="{layout.red}"/></w:pBdr>'
    yield Style("Number", "发文字号", layout.body, third, line, "center", frame=rule)
    width = round(layout.text_width_mm * POINTS_A_MM - third)
    tab = f'{rule}<w:tabs><w:tab w:val="right" w:pos="{width * 20}"/></w:tabs>'
    yield Style("NumberUp", "发文字号（上行）", layout.body, third, line, "left", frame=tab)
    yield Style("PaperTitle", "公文标题", layout.title, layout.second_pt, layout.title_line_pt, "center")
    yield body("AttachmentLine", "附件说明", layout.body, left=6, hanging=4)
    yield Style("AttachmentHead", "附件", layout.black, third, line, "left", flags="<w:pageBreakBefore/>")
    # A page never holds the signature alone: the last paragraph of the text goes with it (console/papers/docx.py).
    yield body("SignatureGap", "落款前空行", layout.body, flags="<w:keepNext/>")
    yield Style("Issuer", "落款", layout.body, third, line, "right", flags="<w:keepNext/>")
    yield Style("Date", "成文日期", layout.body, third, line, "right")
    yield Style("Mark", "图表位置", layout.body, third, 0, "center")
    yield Style("Caption", "图表题注", layout.black, fourth, line, "center", flags="<w:keepNext/>")
    yield Style("GridHead", "表头", layout.black, layout.grid_pt, 20, "center")
    yield Style("GridCell", "表格文字", layout.body, layout.grid_pt, 18, "left")
    yield from _colophon(layout)
    yield Style("PageOdd", "单页页码", layout.song, fourth, 18, "right", right=1)
    yield Style("PageEven", "双页页码", layout.song, fourth, 18, "left", left=1)
    yield Style("Exercise", "演练", layout.black, third, 20, "center", colour=layout.red)
    yield Style("Anchor", "版记锚点", layout.body, 1, 1)


def styles_part(layout: Layout) -> str:
    """word/styles.xml."""
    default = f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(layout.body)}{_size(layout.third_pt)}"
    default += '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    table = '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>'
    signer = '<w:style w:type="character" w:styleId="Signer"><w:name w:val="签发人姓名"/>'
    signer += f"<w:rPr>{_fonts(layout.kai)}</w:rPr></w:style>"
    rest = "".join(_style(style) for style in styles_of(layout))
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:styles xmlns:w="{MAIN}">{default}{normal}{table}{signer}{rest}</w:styles>'


def _colophon(layout: Layout) -> Iterable[Style]:
    """The lines of 版记, all in one frame at the foot of the text."""
    size, line = layout.fourth_pt, layout.colophon_line_pt
    width = layout.text_width_mm * POINTS_A_MM
    outer, inner = (round(mm * POINTS_A_MM * 8) for mm in (layout.outer_line_mm, layout.inner_line_mm))
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{round((width - size) * 20)}"/></w:tabs>'

    def lines(**sizes: int) -> str:
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="{thick}" w:space="0" w:color="000000"/>' for side, thick in sizes.items()
        )
        return f"<w:pBdr>{sides}</w:pBdr>"

    # One style for all its lines: only paragraphs that are alike share a frame and have a line between them. The lines
    # begin where the text does, so what stands in by one character begins with a blank instead of an indent.
    borders = lines(top=outer, bottom=outer, between=inner) + tab
    yield Style("Colophon", "版记", layout.body, size, line, "left", left=4, hanging=4, frame=borders)


def frame_of(layout: Layout) -> str:
    """What puts a paragraph into the frame at the foot of the text; the paragraph itself says it."""
    width = round(layout.text_width_mm * POINTS_A_MM * 20)
    return (
        f'<w:framePr w:w="{width}" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" '
        'w:xAlign="left" w:yAlign="bottom"/>'
    )


def _red_head(layout: Layout) -> Style:
    # Three lines stand above it; what is missing to 35 mm is room before it, less what its own line has above it.
    rise = layout.red_head_rise_pt(1)
    before = layout.red_head_below_top_mm * POINTS_A_MM - 3 * layout.line_pt - rise
    more: dict[str, Any] = {"before": before, "after": rise, "colour": layout.red}
    size, line = layout.red_head_most_pt, layout.red_head_line_pt
    return Style("RedHead", "发文机关标志", layout.title, size, line, "center", **more)


def _style(style: Style) -> str:
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    paragraph = (
        f'{style.flags}<w:widowControl w:val="0"/>{style.frame}'
        '<w:kinsoku/><w:wordWrap w:val="0"/><w:overflowPunct w:val="0"/>'
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
        f'{_spacing(style)}{_indent(style)}<w:jc w:val="{style.align}"/>{outline}'
    )
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    tracking = f'<w:spacing w:val="{round(style.tracking * 20)}"/>' if style.tracking else ""
    run = f"{_fonts(style.font)}{colour}{tracking}{_size(style.size)}"
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


def _spacing(style: Style) -> str:
    before = f'w:before="{round(style.before * 20)}" ' if style.before else 'w:before="0" '
    line = f'w:line="{round(style.line * 20)}" w:lineRule="exact"' if style.line else 'w:line="240" w:lineRule="auto"'
    return f'<w:spacing {before}w:after="{round(style.after * 20)}" {line}/>'


def _indent(style: Style) -> str:
    character = style.size + style.tracking
    parts = {"left": style.left, "right": style.right, "firstLine": style.first, "hanging": style.hanging}
    said = " ".join(f'w:{name}="{round(count * character * 20)}"' for name, count in parts.items() if count)
    return f"<w:ind {said}/>" if said else ""


def _fonts(font: Font) -> str:
    names = " ".join(f'w:{script}="{font.name}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    return f'<w:rFonts {names} w:hint="eastAsia"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'
