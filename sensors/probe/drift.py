"""How far a page has moved from its baseline, by independent families of signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sensors.probe.baseline import PageBaseline
from sensors.probe.look import Look, shingles
from sensors.probe.outcome import why
from sensors.probe.vocabulary import Words

_TEXT_LOST: Final = 0.3
_TITLE_LIKE: Final = 0.3
_STRUCTURE_MOVED: Final = 0.6
_COLLAPSED: Final = 0.2


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed. `signs` holds one weighted reason per family that says the page was replaced."""

    baseline: str
    text_kept: float
    structure_distance: float
    new_script_hosts: tuple[str, ...]
    signs: Mapping[str, tuple[float, str]]

    @property
    def replaced(self) -> bool:
        """Whether two independent families agree."""
        return len(self.signs) >= 2

    def why(self) -> tuple[str, ...]:
        """The reasons, strongest first."""
        return tuple(why(weight, reason) for weight, reason in sorted(self.signs.values(), reverse=True))

    def facts(self) -> dict[str, Any]:
        """Columns of the content dataset."""
        return {
            "gongga.page.baseline": self.baseline,
            "gongga.page.text_kept": round(self.text_kept, 4),
            "gongga.page.structure_distance": round(self.structure_distance, 4),
            "gongga.page.new_script_hosts": list(self.new_script_hosts) or None,
        }


def drift(baseline: PageBaseline, look: Look, words: Words) -> Drift:
    """How a look differs from the baseline."""
    kept = _share(baseline.shingles, look.shingles())
    distance = 1 - _jaccard(baseline.tag_paths, look.tag_paths)
    signs = {
        "text": _text_sign(baseline, look, kept),
        "structure": _structure_sign(baseline, look, distance),
        "size": _size_sign(baseline, look),
        "words": _word_sign(baseline, look, words),
    }
    found = {family: sign for family, sign in signs.items() if sign}
    # A page that lost its text is also short: one loss, not two witnesses, unless something else speaks too.
    if set(found) == {"text", "size"}:
        del found["size"]
    return Drift(baseline.id, kept, distance, tuple(sorted(look.script_hosts - baseline.script_hosts)), found)


def _text_sign(baseline: PageBaseline, look: Look, kept: float) -> tuple[float, str] | None:
    like = _share(shingles(baseline.title, 2), shingles(look.title, 2))
    title = f"标题由“{baseline.title[:40]}”变为“{look.title[:40]}”"
    if len(baseline.shingles) >= 20 and kept < _TEXT_LOST:
        said = f"原有正文仅保留 {kept:.0%}（平时不低于 {_TEXT_LOST:.0%}）"
        return (0.9, f"{title}，{said}") if like < _TITLE_LIKE else (0.8, said)
    return (0.7, title) if baseline.title and like < _TITLE_LIKE else None


def _structure_sign(baseline: PageBaseline, look: Look, distance: float) -> tuple[float, str] | None:
    if len(baseline.tag_paths) < 8 or distance < _STRUCTURE_MOVED:
        return None
    return (
        0.85,
        f"页面结构与基线差异 {distance:.0%}（{len(baseline.tag_paths)} 种标签路径现有 {len(look.tag_paths)} 种）",
    )


def _size_sign(baseline: PageBaseline, look: Look) -> tuple[float, str] | None:
    if baseline.text_length < 200 or len(look.text) >= baseline.text_length * _COLLAPSED:
        return None
    return 0.6, f"正文由 {baseline.text_length} 字缩至 {len(look.text)} 字"


def _word_sign(baseline: PageBaseline, look: Look, words: Words) -> tuple[float, str] | None:
    claims = [word for found in words.defacement.find(f"{look.title}\n{look.text}").values() for word in found]
    adverts = [word for found in words.promotion.find(f"{look.title}\n{look.keywords}").values() for word in found]
    for weight, what, said in ((0.97, "篡改宣示用语", claims), (0.9, "标题或关键词含违法推广用语", adverts)):
        new = [word for word in said if word not in baseline.words]
        if new:
            return weight, f"出现{what}“{'”“'.join(new[:3])}”，基线中没有"
    return None


def _share(before: frozenset[int], now: frozenset[int]) -> float:
    return len(before & now) / len(before) if before else 1.0


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
