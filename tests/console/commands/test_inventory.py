"""`gongga inventory`."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.data_folder import DataFolder
from console.bootstrap import prepare
from console.commands.inventory import take
from tests.analytics.inventory.test_importing import SHEET


def test_a_good_sheet_is_taken_and_the_scope_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = DataFolder(tmp_path / "data").prepare()
    sheet = tmp_path / "sites.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    engine = prepare(folder)

    assert take(folder, sheet, engine)
    engine.dispose()

    assert folder.scope.exists()
    assert "2 sites, 2 of them new." in capsys.readouterr().err


def test_a_bad_row_in_gbk_is_named_and_nothing_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = DataFolder(tmp_path / "data").prepare()
    sheet = tmp_path / "sites.csv"
    sheet.write_bytes(SHEET.replace("513301,kd-2", "5133,kd-2").encode("gbk"))
    engine = prepare(folder)

    assert not take(folder, sheet, engine)
    engine.dispose()

    shown = capsys.readouterr().err
    assert "line 3, county: '5133' is no division code of six digits" in shown
    assert not folder.scope.exists()


def test_a_missing_sheet_is_said_to_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = DataFolder(tmp_path / "data").prepare()
    engine = prepare(folder)

    assert not take(folder, tmp_path / "no.csv", engine)
    engine.dispose()

    assert "cannot be read" in capsys.readouterr().err
