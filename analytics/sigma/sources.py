"""Which datasets serve a rule's log source, and what its field names are here: `rules/fields.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from sensors.contract.fields import BY_NAME, fields_of

_DECODED: Final = "decoded("


@dataclass(frozen=True, slots=True)
class Text:
    """One column a field reads; `decoded` with its URL encoding undone."""

    column: str
    decoded: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One log source as we serve it."""

    name: str
    matches: tuple[Mapping[str, str], ...]
    datasets: tuple[str, ...]
    direction: str | None
    fields: Mapping[str, tuple[Text, ...]]
    keywords: tuple[Text, ...]

    def texts(self, name: str) -> tuple[Text, ...] | None:
        """The columns of a field name: mapped, or our own name when a dataset carries it. None when there is none."""
        if name in self.fields:
            return self.fields[name]
        carried = {field.name for dataset in self.datasets for field in fields_of(dataset)}
        return (Text(name),) if name in carried else None


@cache
def load_sources() -> tuple[Source, ...]:
    """Every log source served."""
    document = yaml.safe_load(resources.files("rules").joinpath("fields.yml").read_text("utf-8"))
    return tuple(_source(name, row) for name, row in document.items())


def source_of(category: str | None, product: str | None, service: str | None) -> Source | None:
    """The source that serves a log source: the most particular match."""
    asked = {"category": category, "product": product, "service": service}
    best: tuple[int, Source] | None = None
    for source in load_sources():
        for match in source.matches:
            if all(asked[key] == value for key, value in match.items()) and (best is None or len(match) > best[0]):
                best = (len(match), source)
    return best[1] if best else None


def _source(name: str, row: Mapping[str, Any]) -> Source:
    return Source(
        name=name,
        matches=tuple(row["match"]),
        datasets=tuple(row["datasets"]),
        direction=row.get("direction"),
        fields={field: tuple(map(_text, columns)) for field, columns in row["fields"].items()},
        keywords=tuple(map(_text, row["keywords"])),
    )


def _text(name: str) -> Text:
    text = Text(name[len(_DECODED) : -1], decoded=True) if name.startswith(_DECODED) else Text(name)
    if text.column not in BY_NAME:
        raise ValueError(f"rules/fields.yml names {text.column!r}, which is no field")
    return text
