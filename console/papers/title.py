"""Breaking a title into lines as offices do: by sense, and in the shape of a trapezium or a diamond."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Final

from console.papers.wording import words

# What must stay whole: a number with its sign, a word of Latin letters, a bracket with what is in it when it is short.
_WHOLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-_/]*|〔[^〕]*〕|《[^》]{1,12}》|“[^”]{1,10}”")
_NOT_FIRST: Final = "，。、；：？！）》〉”’〕%％"
_NOT_LAST: Final = "（《〈“‘〔"
_MOST_LINES: Final = 5


def title_lines(title: str, most: int) -> tuple[str, ...]:
    """The title on as few lines as hold it, at most `most` characters each; no word of our list is split."""
    text = " ".join(title.split())
    for count in range(-(-_width(text) // most), _MOST_LINES + 1):
        best = min(_breakings(text, count, most), key=_ugliness, default=None)
        if best:
            return best
    return tuple(text[at : at + most] for at in range(0, len(text), most))


def _breakings(text: str, count: int, most: int) -> list[tuple[str, ...]]:
    """Every way to set the text on so many lines, breaking only where it may break."""
    places = _places(text)

    def from_place(start: int, left: int) -> list[tuple[str, ...]]:
        if left == 1:
            rest = text[start:].strip()
            return [(rest,)] if 0 < _width(rest) <= most else []
        found = []
        for place in places:
            line = text[start:place].strip() if place > start else ""
            # Lines of fewer than half the widest look like a mistake; this also keeps the search small.
            if line and most / 3 <= _width(line) <= most:
                found += [(line, *rest) for rest in from_place(place, left - 1)]
        return found

    return from_place(0, max(1, count))


def _places(text: str) -> list[int]:
    closed = {
        inside
        for start, end in [found.span() for found in _WHOLE.finditer(text)] + _words_in(text)
        for inside in range(start + 1, end)
    }
    return [
        place
        for place in range(1, len(text))
        if place not in closed and text[place] not in _NOT_FIRST and text[place - 1] not in _NOT_LAST
    ]


def _words_in(text: str) -> list[tuple[int, int]]:
    spans = []
    for word in _unbroken():
        at = text.find(word)
        while at >= 0:
            spans.append((at, at + len(word)))
            at = text.find(word, at + 1)
    return spans


def _ugliness(lines: tuple[str, ...]) -> tuple[float, float]:
    """Alike lines and an hourglass are ugly; a trapezium or a diamond is not. Then: breaks behind fitting words."""
    widths = [_width(line) for line in lines]
    steps = [after - before for before, after in pairwise(widths)]
    alike = sum(3.0 for step in steps if abs(step) < 1)
    uneven = sum(abs(step) - 4 for step in steps if abs(step) > 4)
    hourglass = 6.0 if any(before < 0 < after for before, after in pairwise(steps)) else 0.0
    misplaced = sum(1.5 for line in lines[:-1] if not line.endswith(_behind()))
    led = sum(3.0 for line in lines[1:] if line.startswith(_behind()[:_PARTICLES]))
    return alike + uneven + hourglass + misplaced + led, -widths[0]


# The first so many of the list may not begin a line.
_PARTICLES: Final = 6


def _width(text: str) -> int:
    """In full characters, rounded up."""
    return -(-sum(1 if ord(char) < 0x2E80 and char not in "“”‘’" else 2 for char in text) // 2)


@cache
def _behind() -> tuple[str, ...]:
    return tuple(words()["after"])


@cache
def _unbroken() -> tuple[str, ...]:
    return tuple(words()["unbroken"])
