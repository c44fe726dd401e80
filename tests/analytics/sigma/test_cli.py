"""`gongga rules`."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from typer.testing import CliRunner

from analytics.sigma.cli import rules
from tests.analytics.sigma.test_ruleset import GOOD, changed


def folder(tmp_path: Path) -> Path:
    made = tmp_path / "theirs"
    made.mkdir()
    (made / "good.yml").write_text(yaml.safe_dump(GOOD), encoding="utf-8")
    (made / "bad.yml").write_text(yaml.safe_dump(changed(logsource={"category": "x"})), encoding="utf-8")
    return made


def test_check_gives_every_rule_a_line_and_as_json_an_entry(tmp_path: Path) -> None:
    theirs = folder(tmp_path)

    text = CliRunner().invoke(rules, ["check", str(theirs)])
    listed = json.loads(CliRunner().invoke(rules, ["check", str(theirs), "--json"]).stdout)

    assert text.exit_code == 0
    assert len(text.stdout.splitlines()) == 2
    assert [set(entry) for entry in listed] == [{"path", "id", "title", "kind", "logsource", "runs", "reason"}] * 2
    assert sorted(entry["runs"] for entry in listed) == [False, True]


def test_our_own_pack_is_checked_when_no_folder_is_named() -> None:
    assert CliRunner().invoke(rules, ["check"]).exit_code == 0
    assert "critical" in CliRunner().invoke(rules, ["list"]).stdout


def test_import_takes_over_what_runs_and_names_the_rest(tmp_path: Path) -> None:
    done = CliRunner().invoke(rules, ["import", str(folder(tmp_path)), "--data", str(tmp_path / "data")])

    assert done.exit_code == 0
    assert "is not served" in done.stderr
    assert [path.name for path in (tmp_path / "data" / "rules" / "sigma").iterdir()] == ["good.yml"]


def test_nothing_usable_is_said_by_the_status(tmp_path: Path) -> None:
    (tmp_path / "none.yml").write_text("- 1", encoding="utf-8")

    assert CliRunner().invoke(rules, ["check", str(tmp_path)]).exit_code == 1
