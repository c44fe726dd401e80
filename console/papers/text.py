"""A paper's text as an editor writes it, and as blocks: headings are known by their numbers 一、（一）1.（1）."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from console.papers.paper import Block, Heading, Paragraph

# A line of its own that stands for a table or a chart, such as 【隐患清单】.
MARK: Final = re.compile(r"【([^【】]{1,20})】")
# From here on a numbered line is a paragraph that begins with a number, not a heading.
LONGEST_HEADING: Final = 40
_DIGITS: Final = "一二三四五六七八九十"
_NUMBERS: Final = (
    re.compile(rf"[{_DIGITS}]{{1,3}}、"),
    re.compile(rf"（[{_DIGITS}]{{1,3}}）"),
    re.compile(r"\d{1,2}[.．](?!\d)\s*"),
    re.compile(r"（\d{1,2}）"),
)
_STOPS: Final = "。；！？：;!?:"


def blocks_of(text: str, marks: Mapping[str, Block] | None = None) -> tuple[Block, ...]:
    """One block a line; a line that is only a known mark becomes its block, an unknown mark stays text."""
    blocks: list[Block] = []
    for line in text.splitlines():
        said = line.strip(" \t　")
        if not said:
            continue
        marked = MARK.fullmatch(said)
        if marked and marks and marked[1] in marks:
            blocks.append(marks[marked[1]])
        else:
            blocks.append(_line(said))
    return tuple(blocks)


def tidied(text: str) -> str:
    """The text without the headings that have nothing below them, the others numbered in their order."""
    kept: list[tuple[str, Block | None]] = []
    below, nothing = 0, True  # reading upwards: the level of the heading last kept, 0 behind text; nothing yet
    for line in reversed(text.splitlines()):
        said = line.strip(" \t　")
        block = _line(said) if said else None
        if isinstance(block, Heading):
            if nothing or (below and below <= block.level):
                continue
            below = block.level
        elif block:
            below = 0
        nothing = nothing and block is None
        kept.append((line, block))
    kept.reverse()
    headings = (block for block in numbered(block for _, block in kept if block) if isinstance(block, Heading))
    return "\n".join(next(headings).text if isinstance(block, Heading) else line for line, block in kept)


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with each heading carrying its number; a deeper level counts anew under each heading above it."""
    counts = [0, 0, 0, 0]
    after: list[Block] = []
    for block in blocks:
        if not isinstance(block, Heading):
            after.append(block)
            continue
        place = block.level - 1
        counts[place] += 1
        counts[place + 1 :] = [0] * (3 - place)
        after.append(Heading(block.level, number_of(block.level, counts[place]) + block.text))
    return tuple(after)


def number_of(level: int, count: int) -> str:
    """The number of the count-th heading of a level."""
    return (f"{chinese_number(count)}、", f"（{chinese_number(count)}）", f"{count}.", f"（{count}）")[level - 1]


def chinese_number(count: int) -> str:
    """1 … 99 in characters: 一, 十, 十二, 二十, 二十三."""
    if not 1 <= count <= 99:
        raise ValueError(f"headings are counted from 1 to 99, not {count}")
    tens, ones = divmod(count, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十") + (_DIGITS[ones - 1] if ones else "")


def _line(said: str) -> Block:
    for level, number in enumerate(_NUMBERS, 1):
        found = number.match(said)
        if found and len(said) <= LONGEST_HEADING and said[-1] not in _STOPS and found.end() < len(said):
            return Heading(level, said[found.end() :])
    return Paragraph(said)
