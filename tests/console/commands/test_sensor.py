"""`gongga sensor`."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from console.commands.sensor import app


def test_a_token_is_shown_once_and_differs_each_time(tmp_path: Path) -> None:
    tokens = [CliRunner().invoke(app, ["token", "s1", "--data", str(tmp_path)]).stdout.strip() for _ in range(2)]

    assert all(len(token) >= 32 for token in tokens)
    assert tokens[0] != tokens[1]


def test_a_name_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["token", "S 1", "--data", str(tmp_path)]).exit_code == 2
