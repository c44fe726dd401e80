"""The wording of each kind of document: sentences are data under playbooks/notices/, filled here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

# Kinds of notices, in the order people meet them; the report to the province is apart: it has items, not one text.
NOTICES: Final = ("tip", "monthly", "hazard", "order", "supervise", "retest")
REPORT: Final = "report"
KINDS: Final = (*NOTICES, REPORT)
_FIELD: Final = re.compile(r"\{([a-z_]+)\}")


class WordingError(ValueError):
    """The wording names a field that the document does not have; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is always said in a kind of document; fields stand in {braces}."""

    kind: str
    name: str
    name_en: str
    red_head: str
    title: str
    to: str
    text: str
    note: str


@cache
def load_wording(kind: str) -> Wording:
    """The wording of a kind. KeyError for an unknown one."""
    data = raw_wording(kind)
    plain = {name: str(data.get(name, "")) for name in ("red_head", "title", "to", "text", "note")}
    return Wording(kind=kind, name=data["name"]["zh"], name_en=data["name"]["en"], **plain)


@cache
def raw_wording(kind: str) -> Mapping[str, Any]:
    """The file of a kind as it stands. KeyError for an unknown one."""
    if kind not in KINDS:
        raise KeyError(kind)
    return _load(f"{kind}.yml")


@cache
def words() -> Mapping[str, Any]:
    """What documents call the things that records keep as keys."""
    return _load("words.yml")


def fill(sentence: str, values: Mapping[str, str]) -> str:
    """The sentence with its fields; an empty value leaves an empty place. WordingError for an unknown field."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise WordingError(f"the wording names {{{found[1]}}}; known are {', '.join(sorted(values))}")
        return values[found[1]]

    return _FIELD.sub(value, sentence)


def fill_lines(text: str, values: Mapping[str, str]) -> str:
    """The text line by line; a line with an empty field is left out."""
    kept = []
    for line in text.splitlines():
        filled = fill(line, values)
        if all(values[name] for name in _FIELD.findall(line)):
            kept.append(filled)
    return "\n".join(kept)


def _load(name: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((files("playbooks") / "notices" / name).read_text("utf-8"))
    return data
