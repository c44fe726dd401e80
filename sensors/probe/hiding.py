"""How pages hide things: style declarations, attributes and scripts that keep a reader from seeing an element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

import re2

MOST_RULES: Final = 400
MOST_SCRIPT: Final = 200_000
_RULE: Final = re2.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT: Final = re2.compile(r"(?s)/\*.*?\*/")
_LENGTH: Final = re2.compile(r"^(-?\d*\.?\d+)\s*(px|pt|em|rem|%|vw|vh)?$")
_WRITE: Final = re2.compile(r"document\s*\.\s*write(?:ln)?\s*\(")
_LITERAL: Final = re2.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
_ESCAPE: Final = re2.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_BY_ID: Final = re2.compile(
    r"(?:getElementById\s*\(\s*|\$\(\s*[\"']#)[\"']?([\w-]{1,64})[\"']\s*\)\s*\."
    r"(?:style\s*\.\s*(?:display\s*=\s*[\"']none|visibility\s*=\s*[\"']hidden)|hide\s*\()"
)
_FAR: Final = -300.0
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "0": ""}


def declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute or rule body, lower case, the last of a name winning."""
    found = {}
    for part in style.lower().split(";")[:100]:
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def hidden_by_style(style: str) -> str | None:
    """The declaration that hides an element from a reader, or None."""
    said = declarations(style)
    for name, values in (("display", ("none",)), ("visibility", ("hidden", "collapse"))):
        if said.get(name) in values:
            return f"{name}:{said[name]}"
    for name, limit in (("opacity", 0.05), ("font-size", 2.0), ("max-height", 1.0), ("max-width", 1.0)):
        if _at_most(said.get(name), limit):
            return f"{name}:{said[name]}"
    return _off_screen(said) or _no_room(said) or _same_colour(said)


def _off_screen(said: Mapping[str, str]) -> str | None:
    moved = ["text-indent", "margin-left", "margin-top"]
    if said.get("position") in ("absolute", "fixed", "relative"):
        moved += ["left", "top", "right", "bottom"]
    return next((f"{name}:{said[name]}" for name in moved if _at_most(said.get(name), _FAR)), None)


def _no_room(said: Mapping[str, str]) -> str | None:
    for name in ("height", "width", "line-height"):
        if said.get("overflow") == "hidden" and _at_most(said.get(name), 1.0):
            return f"{name}:{said[name]};overflow:hidden"
    clip = said.get("clip", "").replace(" ", "").replace("px", "")
    if clip.startswith(("rect(0,0,0,0", "rect(0000", "rect(1,1,1,1")):
        return f"clip:{said['clip']}"
    return "transform:scale(0)" if "scale(0)" in said.get("transform", "").replace(" ", "") else None


def _same_colour(said: Mapping[str, str]) -> str | None:
    ground = said.get("background-color") or said.get("background")
    return f"color:{said['color']} 与背景同色" if ground and said.get("color") == ground else None


def _at_most(value: str | None, limit: float) -> bool:
    match = _LENGTH.match(value) if value else None
    if not match:
        return False
    number = float(match.group(1)) * (16.0 if match.group(2) in ("em", "rem") else 1.0)
    return number <= limit and not (match.group(2) == "%" and limit > 0 and number > 0)


def hidden_by_attributes(tag: str, attributes: Mapping[str, str | None]) -> str | None:
    """Why an element's own attributes hide it, or None."""
    if "hidden" in attributes:
        return "hidden 属性"
    if tag == "marquee" and any(_at_most((attributes.get(name) or "").lower(), 5.0) for name in ("width", "height")):
        return "marquee 尺寸近于零"
    if tag in ("noscript", "template"):
        return f"置于 {tag} 中"
    return hidden_by_style(attributes.get("style") or "") if attributes.get("style") else None


def hiding_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors of a style sheet whose elements are hidden, each with the declaration that hides them."""
    taken = 0
    for match in _RULE.finditer(_COMMENT.sub("", sheet[:MOST_SCRIPT])):
        reason = hidden_by_style(match.group(2))
        if not reason:
            continue
        for selector in match.group(1).split(","):
            name = selector.strip()
            if name and "@" not in name and ":" not in name:
                taken += 1
                if taken > MOST_RULES:
                    return
                yield name, reason


def written_by(script: str) -> str:
    """The HTML that a script's `document.write` calls put into the page, as far as literals tell."""
    code = script[:MOST_SCRIPT]
    written = []
    for match in list(_WRITE.finditer(code))[:50]:
        call = code[match.end() : match.end() + 20_000]
        end = _end_of_call(call)
        literals = [_unescaped(found.group(0)[1:-1]) for found in _LITERAL.finditer(call[:end])]
        text = "".join(literals)
        written.append(_percent(text) if "unescape" in call[:end] or "decodeURIComponent" in call[:end] else text)
    return "".join(written)


def ids_hidden_by(script: str) -> set[str]:
    """Ids of elements that a script hides."""
    return {match.group(1) for match in _BY_ID.finditer(script[:MOST_SCRIPT])}


def _end_of_call(call: str) -> int:
    depth, quote, skip = 1, "", False
    for index, letter in enumerate(call):
        if skip:
            skip = False
        elif quote:
            skip = letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "\"'`":
            quote = letter
        else:
            depth += (letter == "(") - (letter == ")")
            if depth == 0:
                return index
    return len(call)


def _unescaped(literal: str) -> str:
    def plain(match: re2._Match[str]) -> str:
        what = match.group(1)
        if len(what) > 1:
            return chr(int(what[1:], 16))
        return _ESCAPED.get(what, str(what))

    return str(_ESCAPE.sub(plain, literal))


def _percent(text: str) -> str:
    wide = str(re2.sub(r"%u([0-9a-fA-F]{4})", lambda match: chr(int(match.group(1), 16)), text))
    return unquote(wide)
