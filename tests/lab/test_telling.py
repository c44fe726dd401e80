"""The story as told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from lab.story import steps
from lab.telling import Telling
from tests.factories import NOON


def telling(folder: Path, said: list[str], now: datetime = NOON) -> Telling:
    return Telling(folder, lambda: now, said.append)


def test_steps_are_kept_in_order_of_their_time_and_said_aloud(tmp_path: Path) -> None:
    said: list[str] = []
    story = telling(tmp_path, said)

    story.note("stands", "已就绪", "stands")
    story.told(steps(NOON))

    document = json.loads((tmp_path / "story.json").read_bytes())
    assert [one["id"] for one in document["steps"]] == ["scan", "exploit", "upload", "script", "beacon", "stands"]
    assert document["now"] == "beacon"
    assert "58 min ago" in said[1]
    assert "203.0.113.77" in said[1]


def test_a_second_start_remembers_what_was_told(tmp_path: Path) -> None:
    telling(tmp_path, []).told(steps(NOON))
    telling(tmp_path, []).mark("night")

    again = telling(tmp_path, [], NOON + timedelta(minutes=5))
    again.note("stands", "已就绪", "stands")

    assert again.has("night")
    assert not again.has("past")
    assert len(json.loads((tmp_path / "story.json").read_bytes())["steps"]) == 6


def test_a_damaged_file_begins_the_story_anew(tmp_path: Path) -> None:
    (tmp_path / "story.json").write_text("{", encoding="utf-8")

    telling(tmp_path, []).note("stands", "已就绪", "stands")

    assert len(json.loads((tmp_path / "story.json").read_bytes())["steps"]) == 1
