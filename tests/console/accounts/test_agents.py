"""Browsers' names."""

from __future__ import annotations

import pytest

from console.accounts.agents import agent_words

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome 156 · Linux"),
        (CHROME.replace("X11; Linux x86_64", "Windows NT 10.0") + " Edg/156.0", "Edge 156 · Windows"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", "Firefox 145 · Android"),
        ("curl/8.5", "curl/8.5"),
    ],
)
def test_a_browser_is_said_in_two_words(agent: str, words: str) -> None:
    assert agent_words(agent) == words
