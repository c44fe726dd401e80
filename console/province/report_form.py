"""What a report must say: its kinds and items as data, and what is still missing before it may go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

MOST_TEXT: Final = 8000
# JSON can name half of a pair, which no text can hold.
_HALF: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things a report says."""

    key: str
    zh: str
    en: str
    article: str
    basis: str
    rows: int


@dataclass(frozen=True, slots=True)
class ReportKind:
    """初报, 续报 or 终报: what it shows, what it needs, and the duties its release meets."""

    key: str
    zh: str
    en: str
    items: tuple[Item, ...]
    needs: frozenset[str]
    clocks: tuple[str, ...]


@cache
def kinds() -> Mapping[str, ReportKind]:
    """The kinds that are shipped, in their order."""
    content = yaml.safe_load(files("playbooks").joinpath("province", "report.yml").read_text("utf-8"))
    items = {key: Item(key=key, **values) for key, values in content["items"].items()}
    return {
        key: ReportKind(
            key=key,
            zh=values["zh"],
            en=values["en"],
            items=tuple(items[name] for name in values["items"]),
            needs=frozenset(values["needs"]),
            clocks=tuple(values["clocks"]),
        )
        for key, values in content["kinds"].items()
    }


def kind_of(key: str) -> ReportKind:
    """One kind. ValueError for one that does not exist."""
    found = kinds().get(key)
    if found is None:
        raise ValueError(f"there is no kind of report {key!r}; one of {', '.join(kinds())}")
    return found


def cleaned(kind: str, items: Mapping[str, Any]) -> dict[str, str]:
    """The items as they are kept. ValueError for one that the kind does not have, or that is no text of fair length."""
    known = {item.key for item in kind_of(kind).items}
    kept: dict[str, str] = {}
    for key, value in items.items():
        if key not in known:
            raise ValueError(f"a report of this kind has no item {key!r}; it has {', '.join(sorted(known))}")
        if not isinstance(value, str) or len(value) > MOST_TEXT:
            raise ValueError(f"the item {key!r} must be a text of at most {MOST_TEXT} characters")
        if _HALF.search(value):
            raise ValueError(f"the item {key!r} holds half a character; type it anew")
        kept[key] = value.strip()
    return kept


def lacks(kind: str, items: Mapping[str, str]) -> list[Item]:
    """What must still be said before a report of this kind may go up."""
    form = kind_of(kind)
    missing = [item for item in form.items if item.key in form.needs and not items.get(item.key)]
    if not missing and not any(items.get(item.key) for item in form.items):
        return list(form.items[:1])
    return missing
