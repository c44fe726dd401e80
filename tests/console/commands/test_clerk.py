"""`gongga clerk` as a person types it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from console.cli import group


def test_a_folder_without_an_installation_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(group(), ["clerk", "--data", str(tmp_path / "none")])

    assert done.exit_code == 2
    assert "no installation there" in done.output
