"""What is wrong with a playbook: where, in one sentence in both languages, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analytics.grading.tables import Words

ERROR: Final = "error"
WARNING: Final = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. An error keeps a playbook out; a warning says what a person must know before it is used."""

    name: str
    where: str
    says: Words
    advice: Words
    kind: str = ERROR

    @property
    def is_error(self) -> bool:
        return self.kind == ERROR


def error(name: str, where: str, says: tuple[str, str], advice: tuple[str, str]) -> Fault:
    """A fault that keeps the playbook out; sentence and advice as (zh, en)."""
    return Fault(name, where, Words(*says), Words(*advice))


def warning(name: str, where: str, says: tuple[str, str], advice: tuple[str, str]) -> Fault:
    """Something to know; sentence and advice as (zh, en)."""
    return Fault(name, where, Words(*says), Words(*advice), WARNING)


def errors(faults: Iterable[Fault]) -> list[Fault]:
    """Those that keep the playbook out."""
    return [fault for fault in faults if fault.is_error]


def document(fault: Fault) -> dict[str, Any]:
    """A fault as JSON values."""
    return {
        "name": fault.name,
        "kind": fault.kind,
        "where": fault.where,
        "zh": fault.says.zh,
        "en": fault.says.en,
        "advice_zh": fault.advice.zh,
        "advice_en": fault.advice.en,
    }


def from_document(values: Mapping[str, Any]) -> Fault:
    """The fault that `document` wrote."""
    advice = Words(values["advice_zh"], values["advice_en"])
    return Fault(values["name"], values["where"], Words(values["zh"], values["en"]), advice, values["kind"])


def sentence(faults: Sequence[Fault]) -> Words:
    """The first error as one sentence, and how many more there are."""
    found = errors(faults)
    first, more = found[0], len(found) - 1
    zh = f"{first.where}：{first.says.zh}；{first.advice.zh}" + (f"（另有 {more} 处错误）" if more else "")
    en = f"{first.where}: {first.says.en}; {first.advice.en}" + (f" (and {more} more errors)" if more else "")
    return Words(zh, en)
