"""Words that matter: vocabularies of `rules/content`, and finding them in text that tries to hide them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import ahocorasick_rs
import yaml

# What is put between letters to get past word lists: spaces, joiners, marks and punctuation.
_IGNORED: Final = frozenset({"Cc", "Cf", "Mn", "Zs", "Zl", "Zp", "Po", "Pd", "Pc", "Sk", "So"})


class Vocabulary:
    """Groups of words, found in any text in one pass, whatever its width, case or filling."""

    def __init__(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        self._words = [(group, word) for group, words in groups.items() for word in words]
        self._automaton = ahocorasick_rs.AhoCorasick([plain(word) for _, word in self._words])

    def find(self, text: str) -> dict[str, tuple[str, ...]]:
        """The words found, by group, each once, in the order of the list."""
        hits = {match[0] for match in self._automaton.find_matches_as_indexes(plain(text), overlapping=True)}
        found: dict[str, tuple[str, ...]] = {}
        for index in sorted(hits):
            group, word = self._words[index]
            found[group] = (*found.get(group, ()), word)
        return found


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabularies a probe uses."""

    promotion: Vocabulary
    defacement: Vocabulary
    guard: Vocabulary


def plain(text: str) -> str:
    """Text for comparison: compatibility forms folded, lower case, fillers removed."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if unicodedata.category(letter) not in _IGNORED)


@cache
def shipped() -> Words:
    """The vocabularies of `rules/content/words.yml`."""
    return words_of((resources.files("rules") / "content" / "words.yml").read_text("utf-8"))


def words_of(text: str) -> Words:
    """The vocabularies of a file's text. ValueError says what it lacks."""
    document: Any = yaml.safe_load(text)
    if not isinstance(document, dict):
        raise ValueError("the word list is no mapping of vocabularies")
    missing = [name for name in ("promotion", "defacement", "guard") if not isinstance(document.get(name), dict)]
    if missing:
        raise ValueError(f"the word list lacks the vocabulary {missing[0]!r}")
    return Words(*(Vocabulary(_groups(document[name])) for name in ("promotion", "defacement", "guard")))


def _groups(listed: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(group): tuple(str(word) for word in words) for group, words in listed.items()}
