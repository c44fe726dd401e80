"""`gongga send`."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from sensors.emit.cli import app


def test_a_missing_token_is_wrong_use_and_says_what_to_do(tmp_path: Path) -> None:
    options = ["--spool", str(tmp_path), "--sensor", "s1", "--url", "http://127.0.0.1:9", "--token-file", "no-such"]

    done = CliRunner().invoke(app, options)

    assert done.exit_code == 2
    assert "gongga sensor token" in done.stderr
