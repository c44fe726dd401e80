"""What the filters of lists share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.db import ALERT
from console.web.address import between, plain_address
from tests.factories import NOON


@dataclass(frozen=True, slots=True)
class Asked:
    text: str = ""
    skip: int = 0
    since: datetime | None = None


def test_moments_travel_as_text_and_nothing_as_an_empty_text() -> None:
    assert plain_address(Asked("暗链", 3)) == {"text": "暗链", "skip": 3, "since": ""}
    assert plain_address(Asked(since=NOON))["since"] == "2026-11-23T12:00:00+00:00"


def test_a_span_takes_its_beginning_and_not_its_end() -> None:
    limits = [str(limit) for limit in between(ALERT.c.first_seen, NOON, NOON)]

    assert limits == ["alert.first_seen >= :first_seen_1", "alert.first_seen < :first_seen_1"]
    assert between(ALERT.c.first_seen, None, None) == []
