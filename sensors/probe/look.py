"""What a page looks like to a reader and to a machine: one walk over its tree."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import re2
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from sensors.probe.domains import host_in
from sensors.probe.hiding import hidden_by_attributes, hiding_rules, ids_hidden_by, written_by

MOST_NODES: Final = 60_000
# The parser's cost grows with the square of the nesting; a page nested deeper than any real one is cut there.
MOST_NESTED: Final = 2_000
_NESTING: Final = re2.compile(
    r"(?i)<(/?)(?:div|span|section|article|ul|ol|table|a|font|center|form|nav|main|aside|header|footer|blockquote|dl"
    r"|fieldset|details|button|label|svg|g|object|i|b|u|s|em|strong|small|big|code|tt|nobr|strike|[a-z]+-[a-z-]+)[\s/>]"
)
_DEPTH: Final = 24
_SHINGLE: Final = 4
_SILENT: Final = frozenset({"script", "style", "noscript", "template", "title", "head", "svg"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page. `hidden` says what hides it; None when a reader can see it."""

    host: str
    href: str
    text: str
    hidden: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """The parts of a page that checks compare."""

    title: str
    keywords: str
    text: str
    links: tuple[Link, ...]
    script_hosts: frozenset[str]
    tag_paths: frozenset[str]

    @property
    def text_hash(self) -> str:
        """SHA-256 of the visible text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def shingles(self) -> frozenset[int]:
        """Fingerprints of every four letters of the visible text."""
        return shingles(self.text)


def shingles(text: str, size: int = _SHINGLE) -> frozenset[int]:
    """Fingerprints of every run of letters of that size, spaces left out."""
    letters = "".join(text.split())
    return frozenset(
        zlib.crc32(letters[start : start + size].encode("utf-8", "surrogatepass"))
        for start in range(max(1, len(letters) - size + 1) if letters else 0)
    )


@dataclass(slots=True)
class _Walk:
    base: str
    concealed: dict[int, str]
    text: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    scripts: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)

    def walk(self, root: LexborNode) -> None:
        stack: list[tuple[LexborNode, str, int, str | None, bool]] = [(root, "", 0, None, False)]
        for _ in range(MOST_NODES):
            if not stack:
                return
            node, path, depth, hidden, silent = stack.pop()
            tag = node.tag or ""
            if tag == "-text":
                if not hidden and not silent:
                    self.text.append(node.text_content or "")
                continue
            if not tag or tag.startswith(("-", "_", "!")):
                continue
            hidden = hidden or self.concealed.get(node.mem_id) or hidden_by_attributes(tag, node.attributes)
            path = f"{path}>{tag}" if depth < _DEPTH else path
            self.paths.add(path)
            self._note(node, tag, hidden)
            children = list(_with_written(node.iter(include_text=True), hidden))
            stack += [
                (child, path, depth + 1, reason, silent or tag in _SILENT) for child, reason in reversed(children)
            ]

    def _note(self, node: LexborNode, tag: str, hidden: str | None) -> None:
        if tag == "a":
            self._link(node, hidden)
        elif tag in ("script", "iframe"):
            host = host_in(self.base, node.attributes.get("src") or "") if node.attributes.get("src") else None
            if host:
                self.scripts.add(host)
            written = written_by(node.text(deep=True)) if tag == "script" else ""
            if "<a" in written.lower():
                self._written(written)

    def _link(self, node: LexborNode, hidden: str | None) -> None:
        href = node.attributes.get("href") or ""
        host = host_in(self.base, href)
        if host:
            words = " ".join((node.text(deep=True, separator=" "), node.attributes.get("title") or ""))
            images = " ".join(image.attributes.get("alt") or "" for image in node.css("img"))
            self.links.append(Link(host, href[:500], " ".join(f"{words} {images}".split())[:200], hidden))

    def _written(self, html: str) -> None:
        for node in LexborHTMLParser(html).css("a"):
            self._link(node, "由脚本写入页面")


def _with_written(children: Iterator[LexborNode], hidden: str | None) -> Iterator[tuple[LexborNode, str | None]]:
    """Children with what hides them: a script may write a hidden element open before them and close it after."""
    opened: str | None = None
    for child in children:
        if child.tag == "script":
            written = written_by(child.text(deep=True)).strip()
            if written:
                opened = _left_open(written)
        yield child, hidden or opened


def _left_open(written: str) -> str | None:
    lowered = written.lower()
    if lowered.startswith("</") or "</div" in lowered or "</span" in lowered:
        return None
    for node in LexborHTMLParser(written).css("[style]"):
        reason = hidden_by_attributes(node.tag or "", node.attributes)
        if reason:
            return f"脚本写入 {reason}"
    return None


def look_at(html: str, url: str) -> Look:
    """The look of a page. Anything parses; an endless tree is cut."""
    parser = LexborHTMLParser(_bounded(html))
    root = parser.root
    if root is None:
        return Look("", "", "", (), frozenset(), frozenset())
    walk = _Walk(url, _concealed(parser))
    walk.walk(root)
    title = parser.css_first("title")
    metas = [
        node.attributes.get("content") or ""
        for node in parser.css("meta")
        if (node.attributes.get("name") or "").lower() in ("keywords", "description")
    ]
    return Look(
        title=" ".join((title.text(deep=True) if title else "").split())[:300],
        keywords=" ".join(metas)[:2000],
        text=" ".join(" ".join(walk.text).split()),
        links=tuple(walk.links),
        script_hosts=frozenset(walk.scripts),
        tag_paths=frozenset(walk.paths),
    )


def _bounded(html: str) -> str:
    """The page up to where it nests deeper than pages do."""
    depth = 0
    for match in _NESTING.finditer(html):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        if depth > MOST_NESTED:
            return html[: match.start()]
    return html


def _concealed(parser: LexborHTMLParser) -> dict[int, str]:
    """Elements that style sheets and scripts of the page hide, by node."""
    found: dict[int, str] = {}
    for sheet in parser.css("style"):
        for selector, reason in hiding_rules(sheet.text(deep=True)):
            for node in _selected(parser, selector):
                found.setdefault(node.mem_id, f"{selector} {{{reason}}}")
    for script in parser.css("script"):
        for name in ids_hidden_by(script.text(deep=True)):
            for node in _selected(parser, f'[id="{name}"]'):
                found.setdefault(node.mem_id, f"脚本隐藏 #{name}")
    return found


def _selected(parser: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return parser.css(selector)
    except (SelectolaxError, ValueError):
        return []  # a selector this parser does not know selects nothing here
