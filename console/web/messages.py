"""Gathering the texts of pages and tables for translation: `python -m console.web.messages`. Translations stay."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

CONSOLE: Final = Path(__file__).resolve().parents[1]
CATALOGUE: Final = CONSOLE / "web" / "locale" / "en" / "LC_MESSAGES" / "messages.po"
# `_` and `say` translate, `mark` names a text that is translated where it is shown.
_KEYWORDS: Final = {"_": None, "say": None, "mark": None}
_JINJA_OPTIONS: Final = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def gather(console: Path) -> Catalog:
    """Every source string of the console, with the files it stands in."""
    catalogue = _empty()
    for path in sorted((*console.rglob("*.py"), *console.rglob("templates/*.html"))):
        if path.is_relative_to(console / "commands") or path.name == "cli.py":
            continue  # the command line speaks English
        source = BytesIO(path.read_bytes())
        jinja = path.suffix == ".html"
        found = extract("jinja2" if jinja else "python", source, _KEYWORDS, (), _JINJA_OPTIONS if jinja else None)
        for _line, text, comments, _context in found:
            if isinstance(text, str) and text:
                # No line numbers: they would change the file at every edit.
                catalogue.add(text, locations=[(str(path.relative_to(console.parent)), 0)], user_comments=comments)
    return catalogue


def read(path: Path) -> Catalog:
    """The catalogue of a file; an empty one when there is none yet."""
    if not path.exists():
        return _empty()
    with path.open("rb") as source:
        return read_po(source, locale="en")


def _empty() -> Catalog:
    return Catalog(locale="en", charset="utf-8", fuzzy=False)


def update(path: Path, console: Path) -> list[str]:
    """Bring the file up to date and return the texts that still lack a translation."""
    had = {message.id: message.string for message in read(path) if message.string}
    fresh = gather(console)
    for message in fresh:
        if message.id:
            message.string = had.get(message.id, "")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        # Without a header, which would name the moment: the file changes when its texts do, and only then.
        write_po(target, fresh, width=0, omit_header=True, sort_output=True, include_lineno=False)
    return [str(message.id) for message in fresh if message.id and not message.string]


def main() -> int:
    """Update the catalogue; what lacks a translation goes to stderr."""
    missing = update(CATALOGUE, CONSOLE)
    for text in missing:
        sys.stderr.write(f"no English yet: {text}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
