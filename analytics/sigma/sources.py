"""Which datasets serve a rule's log source, and what its field names are here: `rules/fields.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from sensors.contract.fields import BY_NAME, fields_of

# How a column is read: as it is, without its URL encoding, a path's file extension, whether our side opened the
# connection (`true`, `false`), the whole address of a request.
FORMS: Final = ("decoded", "extension", "initiated", "address")


@dataclass(frozen=True, slots=True)
class Text:
    """One column a field reads, and in which of `FORMS`; "" as it is."""

    column: str
    form: str = ""

    @property
    def decoded(self) -> bool:
        """Whether its URL encoding is undone, which counts for positive tests only."""
        return self.form == "decoded"


@dataclass(frozen=True, slots=True)
class Source:
    """One log source as we serve it."""

    name: str
    matches: tuple[Mapping[str, str], ...]
    datasets: tuple[str, ...]
    direction: str | None
    not_direction: str | None
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
        not_direction=row.get("not_direction"),
        fields={field: tuple(map(_text, columns)) for field, columns in row["fields"].items()},
        keywords=tuple(map(_text, row["keywords"])),
    )


def _text(name: str) -> Text:
    form, bracket, column = name.rpartition("(")
    text = Text(column[:-1], form) if bracket else Text(name)
    if text.column not in BY_NAME or (bracket and form not in FORMS):
        raise ValueError(f"rules/fields.yml names {name!r}, which is no field")
    return text
