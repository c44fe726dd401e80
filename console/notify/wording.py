"""What messages say: their words stand in `playbooks/messages.yml`, values are filled in as plain text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import yaml

MOST_SUBJECT: Final = 300


def worded(kind: str, **values: str) -> tuple[str, str]:
    """Subject and text of a kind of message. KeyError for a kind or a value that is missing."""
    words = _words()[kind]
    subject = " ".join(words["subject"].format_map(values).split())
    return subject[:MOST_SUBJECT], words["text"].format_map(values).strip()


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((files("playbooks") / "messages.yml").read_text("utf-8"))
    return found
