"""Settings of the web part."""

from __future__ import annotations

from console.web.settings import WebSettings


def test_the_defaults_serve_loopback() -> None:
    assert not WebSettings().https
    assert WebSettings().live_poll <= 1
