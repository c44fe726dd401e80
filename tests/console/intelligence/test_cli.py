"""`gongga intel`."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from console.intelligence.cli import app
from tests.intel_values import bundle, indicator

RUN = CliRunner()


def test_a_file_is_imported_and_listed(tmp_path: Path) -> None:
    file, data = tmp_path / "x.json", tmp_path / "var"
    file.write_text(json.dumps(bundle(indicator(1), {"type": "x"})))

    done = RUN.invoke(app, ["import", str(file), "--source", "某厂商", "--data", str(data)])

    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["file"], said["new"], said["refused"][0]["code"]) == ("x.json", 1, "object")
    listed = RUN.invoke(app, ["list", "--data", str(data)])
    assert json.loads(listed.stdout)["source"] == "人工导入 某厂商"
    assert RUN.invoke(app, ["list", "--state", "revoked", "--data", str(data)]).stdout == ""


def test_nothing_usable_is_exit_1_and_wrong_use_exit_2(tmp_path: Path) -> None:
    file, data = tmp_path / "x.json", ["--data", str(tmp_path / "var")]
    file.write_text("[" * 5000)

    assert RUN.invoke(app, ["import", str(file), "--source", "某厂商", *data]).exit_code == 1
    assert RUN.invoke(app, ["peer", "A B", *data]).exit_code == 2
    assert RUN.invoke(app, ["poll", "none", *data]).exit_code == 2
    assert RUN.invoke(app, ["poll", *data]).exit_code == 0


def test_a_partner_is_let_in(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["peer", "county-a", "--marking", "内部", "--may-add", "--data", str(tmp_path / "var")])

    assert done.stdout.startswith("gt_")
