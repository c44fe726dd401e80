"""Why something was not taken, not watched or not shared, in words: `rules/intel/reasons.yml` by its codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from analytics.grading.tables import Words


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that was not done: which object, why as a code, and what it is about."""

    ref: str
    code: str
    detail: str = ""

    @property
    def words(self) -> Words:
        """The reason in both languages."""
        return reason_words(f"{self.code}: {self.detail}")

    def document(self) -> dict[str, str]:
        """As JSON values."""
        return {"ref": self.ref, "code": self.code, "reason": self.words.zh, "reason_en": self.words.en}


@cache
def reasons() -> Mapping[str, Words]:
    """Every reason by its code."""
    entries: Mapping[str, Any] = yaml.safe_load((files("rules") / "intel" / "reasons.yml").read_text("utf-8"))
    return MappingProxyType({code: Words(entry["zh"], entry["en"]) for code, entry in entries.items()})


def reason_words(stored: str) -> Words:
    """The words of a reason as the records keep it: `code: detail`."""
    code, _, detail = stored.partition(":")
    known = reasons().get(code)
    about = detail.strip()
    if known is None:
        return Words(stored, stored)
    return Words(f"{known.zh}（{about}）", f"{known.en} ({about})") if about else known
