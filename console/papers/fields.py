"""What a paper hands to a docx template: plain fields by name. docs/papers.md lists them for whoever makes one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from console.papers.layout import Layout, load_layout
from console.papers.paper import Attachment, Block, Grid, Heading, Paper, Paragraph, Picture, chinese_date
from console.papers.text import numbered
from console.papers.title import title_lines
from console.papers.wording import fill, words

# What no XML document may carry.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000\ue001\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph for a template: what it is, and what it says."""

    kind: str
    text: str


def docx_fields(paper: Paper) -> tuple[dict[str, Any], tuple[Grid | Picture, ...]]:
    """The fields, and the tables and pictures that marks in them stand for, in their order."""
    placed: list[Grid | Picture] = []
    fields: dict[str, Any] = {
        "corner": corner(paper),
        "serial": paper.serial,
        "secrecy": paper.secrecy,
        "urgency": paper.urgency,
        "red_head": paper.red_head,
        "number": paper.number,
        "signer": paper.signer_name,
        "title": paper.title,
        "title_lines": list(title_lines(paper.title, load_layout().title_characters)),
        "to": "，".join(paper.to),
        "blocks": list(_lines(numbered(paper.blocks), placed)),
        "attachment_lines": attachment_lines(paper.attachments),
        "attached": list(_attached(paper.attachments, placed)),
        "issuer": paper.issuer,
        "date": chinese_date(paper.on),
        "note": paper.note,
        "has_colophon": paper.has_colophon,
        "cc": "，".join(paper.cc),
        "printed_by": paper.printed_by,
        "printed_on": f"{chinese_date(paper.printed_on)}印发",
        "exercise": paper.exercise or "",
        "exercise_line": exercise_line(paper),
    }
    return {name: printable(value) if isinstance(value, str) else value for name, value in fields.items()}, tuple(
        placed
    )


def corner(paper: Paper) -> list[str]:
    """份号, 密级, 紧急程度 from the top line down, and as many empty lines as are missing to three."""
    said = [printable(line) for line in (paper.serial, paper.secrecy, paper.urgency) if line]
    return said + [""] * (3 - len(said))


def attachment_lines(attachments: tuple[Attachment, ...]) -> list[str]:
    """附件：1.… below the text; a single one has no number."""
    if len(attachments) == 1:
        return [f"附件：{printable(attachments[0].name)}"]
    return [
        f"{'附件：' if number == 1 else '　　　'}{number}.{printable(attachment.name)}"
        for number, attachment in enumerate(attachments, 1)
    ]


def attachment_head(number: int, of: int) -> str:
    """What stands top left where an attachment begins."""
    return f"附件{number}" if of > 1 else "附件"


def exercise_line(paper: Paper) -> str:
    """What every page of an exercise's paper says; nothing for a real one."""
    return fill(words()["exercise_line"], {"exercise": printable(paper.exercise)}) if paper.exercise else ""


def signature_places(paper: Paper, layout: Layout) -> tuple[float, float]:
    """How many characters stay free to the right of the issuer and of the date."""
    issuer, day = _width(paper.issuer), _width(chinese_date(paper.on))
    if paper.sealed:
        # The date keeps its place, the issuer stands over its middle; a long issuer moves both inwards.
        date_free = max(float(layout.date_free), (issuer - day) / 2)
        return date_free + (day - issuer) / 2, date_free
    # Without a seal the date begins two characters behind the issuer's first.
    issuer_free = max(float(layout.issuer_free), 2 + day - issuer + layout.issuer_free)
    return issuer_free, issuer_free + issuer - 2 - day


def printable(text: str) -> str:
    """The text without what a document cannot carry."""
    return _UNPRINTABLE.sub("", text)


def _attached(attachments: tuple[Attachment, ...], placed: list[Grid | Picture]) -> Iterator[Line]:
    for number, attachment in enumerate(attachments, 1):
        if not attachment.blocks:
            continue
        yield Line("page", attachment_head(number, len(attachments)))
        yield from (Line("title", line) for line in title_lines(attachment.name, load_layout().title_characters))
        yield from _lines(numbered(attachment.blocks), placed)


def _lines(blocks: Iterable[Block], placed: list[Grid | Picture]) -> Iterator[Line]:
    for block in blocks:
        match block:
            case Heading():
                yield Line(f"h{block.level}", printable(block.text))
            case Paragraph():
                yield Line("p" if block.indent else "flush", printable(block.text))
            case _:
                yield Line("mark", f"\ue000{len(placed)}\ue001")
                placed.append(block)


def _width(text: str) -> float:
    """In full characters."""
    return sum(0.5 if ord(char) < 0x2E80 else 1.0 for char in text)
