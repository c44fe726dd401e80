"""What a browser calls itself, in two words."""

from __future__ import annotations

import re
from typing import Final

# The first that fits counts: browsers name their forebears too.
_BROWSERS: Final = (
    ("Edge", re.compile(r"Edg/(\d+)")),
    ("Firefox", re.compile(r"Firefox/(\d+)")),
    ("Chrome", re.compile(r"Chrome/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+).*Safari")),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def agent_words(agent: str) -> str:
    """Browser and system, such as `Chrome 156 · Linux`; what is not known stays as it came, cut short."""
    browser = next((f"{name} {found[1]}" for name, pattern in _BROWSERS if (found := pattern.search(agent))), None)
    system = next((words for part, words in _SYSTEMS if part in agent), None)
    return " · ".join(filter(None, (browser, system))) if browser else agent[:60]
