"""The numbers of GB/T 9704 as the renderers use them, read from `playbooks/notices/gb9704.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

POINTS_A_MM: Final = 72 / 25.4
CONFIDENCES: Final = ("D", "G", "M")


@dataclass(frozen=True, slots=True)
class Font:
    """A typeface by the name the standard gives it, and what may stand in for it."""

    name: str
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One page and what stands where on it. Lengths end in their unit."""

    width_mm: float
    height_mm: float
    top_mm: float
    left_mm: float
    right_mm: float
    bottom_mm: float
    lines: int
    characters: int
    line_pt: float
    tracking_pt: float
    second_pt: float
    third_pt: float
    fourth_pt: float
    grid_pt: float
    red_head_below_top_mm: float
    red_head_most_pt: float
    lines_before_number: int
    red_line_below_number_mm: float
    red_line_pt: float
    lines_before_title: int
    red: str
    title_line_pt: float
    title_characters: int
    date_free: int
    issuer_free: int
    number_below_text_mm: float
    outer_line_mm: float
    inner_line_mm: float
    colophon_line_pt: float
    body: Font
    title: Font
    black: Font
    kai: Font
    song: Font

    @property
    def text_width_mm(self) -> float:
        """The width of 版心."""
        return self.width_mm - self.left_mm - self.right_mm

    @property
    def text_height_mm(self) -> float:
        """The height of 版心."""
        return self.height_mm - self.top_mm - self.bottom_mm

    @property
    def red_head_line_pt(self) -> float:
        """How high the line of the red head is: what stands above the first line of the title fills whole lines."""
        above = (self.red_head_below_top_mm + self.red_line_below_number_mm) * POINTS_A_MM
        lines = -(-(above + self.red_head_most_pt) // self.line_pt)
        return round(lines * self.line_pt - above, 2)

    def red_head_rise_pt(self, characters: int) -> float:
        """How much a red head is lifted: its characters, not its line, begin where the standard says."""
        return round((self.red_head_line_pt - self.red_head_pt(characters)) / 2, 2)

    def red_head_pt(self, characters: int) -> float:
        """The size of a red head of so many characters: as large as allowed, and never wider than the text."""
        return min(self.red_head_most_pt, self.text_width_mm * POINTS_A_MM / max(1, characters) - 0.5)


def stack(font: Font) -> tuple[str, ...]:
    """The names to ask for, in order: the standard's, what may stand in for it, and what has every character."""
    return (font.name, *font.instead, *_document()["last"])


@cache
def load_layout() -> Layout:
    """The layout that ships."""
    data = _document()
    fonts: dict[str, Any] = {
        name: Font(entry["name"], tuple(entry["instead"])) for name, entry in data["fonts"].items()
    }

    def value(part: str, name: str) -> Any:
        return data[part][name]["value"]

    plain = {name: value(part, name) for part in ("page", "grid", "sizes", "head") for name in data[part]}
    return Layout(
        **plain,
        title_line_pt=value("title", "line_pt"),
        title_characters=value("title", "most_characters"),
        date_free=value("date", "characters_free"),
        issuer_free=value("date", "issuer_characters_free"),
        number_below_text_mm=value("number", "below_text_mm"),
        outer_line_mm=value("colophon", "outer_line_mm"),
        inner_line_mm=value("colophon", "inner_line_mm"),
        colophon_line_pt=value("colophon", "line_pt"),
        **fonts,
    )


def claims() -> Iterator[tuple[str, str]]:
    """Every number's name and how sure we are of it."""
    for part, entries in _document().items():
        if isinstance(entries, Mapping):
            yield from ((f"{part}.{name}", entry["confidence"]) for name, entry in entries.items())


@cache
def _document() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((files("playbooks") / "notices" / "gb9704.yml").read_text("utf-8"))
    return data
