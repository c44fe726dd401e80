"""What a detector says: a claim, with its reasons. Claims become alerts when intake stores them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

LEVELS: Final = ("informational", "low", "medium", "high", "critical")
MOST_EVENTS: Final = 50


@dataclass(frozen=True, slots=True)
class Why:
    """One reason in words with its weight, 0 to 1. A number stands beside what is normal there."""

    weight: float
    text: str
    text_en: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One detector's claim about one entity on one site, resting on events.

    `key` names what is the same claim: claims of equal key within the idle gap become one alert.
    `stage` is an ATT&CK tactic (`reconnaissance`, `initial-access`, `impact`, …); `class_code` our GB/T 20986 code.
    """

    detector: str
    rule_id: str
    title: str
    title_en: str
    level: str
    site_id: str | None
    entity: str
    first_seen: datetime
    last_seen: datetime
    count: int
    why: tuple[Why, ...]
    event_ids: tuple[str, ...]
    key: str
    techniques: tuple[str, ...] = ()
    stage: str | None = None
    class_code: str | None = None
    model_id: str | None = None
