"""Every kind of document, set, and read again by pdfplumber and python-docx; then 100 notices against the clock."""

from __future__ import annotations

import io
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import docx
import pdfplumber

from console.papers.document import sample
from console.papers.docx import docx_of
from console.papers.layout import POINTS_A_MM, load_layout
from console.papers.paper import Paper, Paragraph
from console.papers.pdf import pdf_of
from console.papers.wording import KINDS, load_wording

NOTICES = 100
PROCESSES = 2
MOST_SECONDS = 60
NUMBER = re.compile(r"〔20\d\d〕[1-9]\d*号|20\d\d年第[1-9]\d*期（总第[1-9]\d*期）")
COUNTIES = (
    "康定市泸定县丹巴县九龙县雅江县道孚县炉霍县甘孜县新龙县德格县白玉县石渠县色达县理塘县巴塘县乡城县稻城县得荣县"
)
NAMES = "喆堃"


def main() -> int:
    """Print every figure; the number of wrong ones is the exit status."""
    wrong: list[str] = []
    for kind in KINDS:
        paper = sample(kind)
        found = {**read_pdf(pdf_of(full_page(paper)), paper), **read_docx(docx_of(paper), paper)}
        bad = [name for name, (value, good) in found.items() if not good]
        wrong += [f"{kind}: {name} is {found[name][0]}" for name in bad]
        print(f"{kind} ({load_wording(kind).name})")
        for name, (value, good) in found.items():
            print(f"  {'ok ' if good else 'BAD'} {name:34} {value}")
    seconds, busy = hundred_notices()
    each = seconds / NOTICES
    print(f"{NOTICES} hazard notices, docx and PDF each: {seconds:.1f} s, {each:.2f} s a notice, {PROCESSES} processes")
    print(f"processor time of the processes: {busy:.1f} s, {busy / NOTICES:.2f} s a notice")
    print(f"ratio to the {MOST_SECONDS} s allowed: {seconds / MOST_SECONDS:.2f}")
    if seconds > MOST_SECONDS:
        wrong.append(f"{NOTICES} notices took {seconds:.1f} s")
    print(f"{len(wrong)} wrong" + "".join(f"\n  {line}" for line in wrong))
    return min(len(wrong), 125)


def full_page(paper: Paper) -> Paper:
    """The paper with names hard to print, and running text for at least one full page behind its own."""
    more = (Paragraph(COUNTIES + NAMES), *(Paragraph("网络安全" * 70) for _ in range(8)))
    return replace(paper, blocks=(*paper.blocks, *more))


def read_pdf(content: bytes, paper: Paper) -> dict[str, tuple[Any, bool]]:
    """What pdfplumber sees: each figure, and whether it is right."""
    layout = load_layout()
    with pdfplumber.open(io.BytesIO(content)) as document:
        pages = document.pages
        full = max(pages[1:], key=lambda page: len(running(page)))
        lines = Counter(round(char["top"]) for char in running(full))
        edges = [char for page in pages for char in running(page)]
        left, right = min(char["x0"] for char in edges), max(char["x1"] for char in edges)
        inks = [ink(page=full, char=char) for char in running(full)]
        top, bottom = min(first for first, _ in inks), max(last for _, last in inks)
        text = "".join(page.extract_text() for page in pages)
        numbers = [page_number(page, layout.fourth_pt) for page in pages]
        fonts = sorted({char["fontname"].partition("+")[2] for page in pages for char in page.chars})
        red = red_head(pages[0])
    spread = (layout.line_pt - layout.third_pt) / 2
    margins = [
        left / POINTS_A_MM,
        layout.width_mm - right / POINTS_A_MM,
        (top - spread) / POINTS_A_MM,
        layout.height_mm - (bottom + spread) / POINTS_A_MM,
    ]
    wanted = (layout.left_mm, layout.right_mm, layout.top_mm, layout.bottom_mm)
    sides = [side for _, side in numbers]
    return {
        "PDF lines on a full page": (len(lines), len(lines) == layout.lines),
        "PDF characters on a full line": (max(lines.values()), max(lines.values()) == layout.characters),
        "PDF margins l r t b, mm": (
            " ".join(f"{margin:.1f}" for margin in margins),
            all(abs(is_ - should) <= 1 for is_, should in zip(margins, wanted, strict=True)),
        ),
        "PDF red head below the edge, mm": (f"{red:.1f}", abs(red - 72) <= 1),
        "PDF page numbers": (
            " ".join(f"{number}{side}" for number, side in numbers),
            [number for number, _ in numbers] == list(range(1, len(numbers) + 1))
            and all(side == ("right" if place % 2 == 0 else "left") for place, side in enumerate(sides)),
        ),
        "PDF number of the document": (found_number(text), found_number(text) == paper.number),
        "PDF names and counties": ("all", all(char in text for char in COUNTIES + NAMES) and "\ufffd" not in text),
        "PDF fonts": (", ".join(fonts), any("Serif" in name or "Fang" in name for name in fonts)),
    }


def read_docx(content: bytes, paper: Paper) -> dict[str, tuple[Any, bool]]:
    """What python-docx sees: each figure, and whether it is right."""
    layout = load_layout()
    document = docx.Document(io.BytesIO(content))
    section = document.sections[0]
    margins = [section.left_margin, section.right_margin, section.top_margin, section.bottom_margin]
    lengths = [margin.mm for margin in margins if margin is not None]
    body = document.styles["正文段落"]
    size, line = body.font.size, body.paragraph_format.line_spacing
    grid = next(section._sectPr.iter(f"{W}docGrid"))
    pitch = int(grid.get(f"{W}linePitch"))
    lines = int((section.page_height - section.top_margin - section.bottom_margin) / 635 / pitch)  # type: ignore[operator]
    asian = {fonts.get(f"{W}eastAsia") for fonts in document.styles.element.iter(f"{W}rFonts")}
    lacking = [one for one in document.styles.element.iter(f"{W}rFonts") if not one.get(f"{W}eastAsia")]
    named = {font.name for font in (layout.body, layout.title, layout.black, layout.kai, layout.song)}
    texts = [paragraph.text for paragraph in document.paragraphs]
    wanted = (layout.left_mm, layout.right_mm, layout.top_mm, layout.bottom_mm)
    return {
        "docx margins l r t b, mm": (
            " ".join(f"{length:.1f}" for length in lengths),
            all(abs(is_ - should) <= 0.1 for is_, should in zip(lengths, wanted, strict=True)),
        ),
        "docx text: size, line": (f"{size.pt} pt, {line.pt} pt", (size.pt, line.pt) == (16, layout.line_pt)),
        "docx lines the grid holds": (lines, lines == layout.lines),
        "docx eastAsia fonts": (", ".join(sorted(map(str, asian))), asian == named and not lacking),
        "docx number of the document": (paper.number, any(paper.number in text for text in texts)),
        "docx nothing unfilled": ("none", not any("{" in text or "\ue000" in text for text in texts)),
        "docx odd and even page numbers": ("both", document.settings.odd_and_even_pages_header_footer is True),
    }


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def running(page: Any) -> list[dict[str, Any]]:
    """The characters of running text: 三号, black."""
    return [char for char in page.chars if abs(char["size"] - 16) < 0.1 and char["non_stroking_color"] in BLACK]


BLACK = ((0,), (0, 0, 0), 0, None)


def ink(page: Any, char: dict[str, Any]) -> tuple[float, float]:
    """Where a Chinese character's square begins and ends: it stands from 0.88 above to 0.12 below the base line."""
    base = page.height - char["matrix"][5]
    return base - 0.88 * char["size"], base + 0.12 * char["size"]


def page_number(page: Any, size: float) -> tuple[int, str]:
    """The number at the foot, and on which side it stands."""
    below = page.height - 35 * POINTS_A_MM
    chars = [char for char in page.chars if char["top"] > below and abs(char["size"] - size) < 0.1]
    text = "".join(char["text"] for char in chars)
    found = re.fullmatch(r"— (\d+) —", text)
    return int(found[1]) if found else 0, "right" if chars and chars[0]["x0"] > page.width / 2 else "left"


def red_head(page: Any) -> float:
    """How far the red head's characters stand below the page's edge, in mm."""
    red = [ink(page, char)[0] for char in page.chars if char["size"] > 30]
    return min(red) / POINTS_A_MM if red else 0.0


def found_number(text: str) -> str:
    """The document's number in the text, with the letters before its year."""
    head = next((line for line in text.splitlines() if NUMBER.search(line)), "")
    return head.split("签发人")[0].strip().replace(" ", "")


def notices() -> Iterator[Paper]:
    """Notices to so many owners, each with its own unit, number and table."""
    whole = sample("hazard")
    for number in range(NOTICES):
        yield replace(
            whole,
            number=f"甘网安通〔2026〕{number + 1}号",
            title=whole.title.replace("示例县", f"示例{number + 1}县"),
            to=(f"示例{number + 1}县人民政府办公室",),
        )


def both(paper: Paper) -> tuple[int, int]:
    """The sizes of a paper's docx and PDF."""
    return len(docx_of(paper)), len(pdf_of(paper))


def hundred_notices() -> tuple[float, float]:
    """Seconds for all of them, the start of the processes included, and seconds that processors worked on it."""
    papers = list(notices())
    started = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        sizes = list(pool.map(both, papers, chunksize=10))
    assert len(sizes) == NOTICES
    assert min(map(min, sizes)) > 5000
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - started, used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
