"""`gongga serve`; the server itself is tried in `tests/console/test_server.py`."""

from __future__ import annotations

from console.cli import load


def test_serve_listens_on_loopback_unless_told_otherwise() -> None:
    options = {option.name: option.default for option in load("serve").params}

    assert options["host"] == "127.0.0.1"
