"""What has been told so far: the story's clock and steps, in a file that the desk may show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from lab.story import Step
from sensors.contract.batch import time_text
from sensors.contract.segment import put

CHINA = ZoneInfo("Asia/Shanghai")


class Telling:
    """The story as told, kept in `story.json`: `clock`, `now`, and `steps` with `id`, `at`, `zh`, `en`."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], say: Callable[[str], None]) -> None:
        self._folder = folder
        self._clock = clock
        self._say = say
        self._steps: list[dict[str, str]] = _known(folder / "story.json")
        folder.mkdir(parents=True, exist_ok=True)

    def note(self, step: str, zh: str, en: str) -> None:
        """Something of the lab itself happened now."""
        self.told([Step(step, self._clock(), zh, en)])

    def told(self, steps: Sequence[Step]) -> None:
        """These steps happened; a step told again takes the place of the one before."""
        fresh = {step.id for step in steps}
        self._steps = [one for one in self._steps if one["id"] not in fresh]
        self._steps += [{"id": one.id, "at": time_text(one.at), "zh": one.zh, "en": one.en} for one in steps]
        self._steps.sort(key=lambda one: one["at"])
        now = self._clock()
        document = {"clock": time_text(now), "now": steps[-1].id if steps else "", "steps": self._steps}
        put(self._folder, "story.json", orjson.dumps(document, option=orjson.OPT_INDENT_2))
        for one in steps:
            ago = _ago(now - one.at)
            self._say(f"{one.at.astimezone(CHINA):%H:%M:%S} {ago}  {one.zh}  {one.en}")

    def has(self, mark: str) -> bool:
        """Whether a part of the story is behind us."""
        return (self._folder / f"{mark}.told").exists()

    def mark(self, mark: str) -> None:
        """A part of the story is behind us; it is not told again on this data folder."""
        put(self._folder, f"{mark}.told", time_text(self._clock()).encode())


def _ago(passed: timedelta) -> str:
    minutes = passed // timedelta(minutes=1)
    return f"({minutes} min ago)" if minutes > 0 else "(now)"


def _known(path: Path) -> list[dict[str, str]]:
    try:
        document = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return []
    steps = document.get("steps", []) if isinstance(document, dict) else []
    return [one for one in steps if isinstance(one, dict) and {"id", "at", "zh", "en"} <= set(one)]
