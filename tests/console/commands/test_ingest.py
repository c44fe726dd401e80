"""`gongga ingest`."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.testing import CliRunner

from console.commands.ingest import ingest
from tests.console.commands.test_detect import attacked

APP = typer.Typer()
APP.command()(ingest)


def test_a_log_is_taken_once_however_often_it_is_handed_in(tmp_path: Path) -> None:
    arguments = [str(attacked(tmp_path)), "--data", str(tmp_path / "data")]

    first = CliRunner().invoke(APP, arguments)
    again = CliRunner().invoke(APP, arguments)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "131 events taken, 0 were there already, 2 alerts" in first.stderr
    assert "0 events taken, 131 were there already" in again.stderr


def test_a_damaged_file_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    (tmp_path / "bad.log").write_bytes(b"\x1f\x8b\x08cut")

    done = CliRunner().invoke(APP, [str(tmp_path / "bad.log"), "--data", str(tmp_path / "data")])

    assert done.exit_code == 1
    assert "bad.log: " in done.stderr
