"""An official document as a value: what it says, before anybody lays it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

# How many characters a serial number has, and how deep headings go.
SERIAL_DIGITS: Final = 6
LEVELS: Final = 4


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1–4, without its number: the layout numbers them 一、（一）1.（1）."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if not 1 <= self.level <= LEVELS:
            raise ValueError(f"a heading has a level from 1 to {LEVELS}, not {self.level}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; its first line stands in by two characters unless `indent` is off."""

    text: str
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths` are shares of the page's width; without them all columns are alike."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.header):
                raise ValueError(f"a row of {len(row)} cells under a header of {len(self.header)}")
        if self.widths and (len(self.widths) != len(self.header) or min(self.widths) <= 0):
            raise ValueError(f"{len(self.header)} columns need as many widths, all above zero")

    @property
    def shares(self) -> tuple[float, ...]:
        """The width of each column as a share of the whole."""
        widths = self.widths or (1.0,) * len(self.header)
        return tuple(width / sum(widths) for width in widths)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: PNG for the docx, and for the PDF where there is no SVG."""

    png: bytes
    svg: bytes = b""
    caption: str = ""
    # share of the page's width
    width: float = 1.0


Block = Heading | Paragraph | Grid | Picture


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment by name; its blocks, when it has any, start on a new page behind the text."""

    name: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One official document. Whatever is empty is left out, its place closed up."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
    # 发文机关标志, in red across the head
    red_head: str = ""
    # 发文字号; a draft has none yet
    number: str = ""
    # 份号, 密级和保密期限, 紧急程度: top left
    serial: str = ""
    secrecy: str = ""
    urgency: str = ""
    # 签发人: upward papers only
    signer_name: str = ""
    # 主送机关
    to: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    # 落款 and 成文日期; a draft is not dated
    issuer: str = ""
    on: date | None = None
    # a seal is put over the date by hand: issuer and date leave room for it
    sealed: bool = True
    # 附注, without its brackets
    note: str = ""
    # 版记: 抄送, 印发机关, 印发日期
    cc: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None
    # the name of the exercise this paper belongs to: it then says 演练 on every page
    exercise: str | None = None

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("a paper has a title")
        if self.serial and not (self.serial.isdigit() and len(self.serial) == SERIAL_DIGITS):
            raise ValueError(f"a serial number has {SERIAL_DIGITS} digits, not {self.serial!r}")

    @property
    def has_colophon(self) -> bool:
        """Whether the last page ends with 版记."""
        return bool(self.cc or self.printed_by)


def chinese_date(day: date | None) -> str:
    """2026年11月28日, without leading zeros; room for the figures when there is no day yet."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　　年　　月　　日"
