"""`gongga playbook`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from console.commands.playbook import app
from tests.console.playbooks import book, end, manual, raw, variable

GOOD = book({"a": manual("e", name="核实", out_args=["__f__"]), "e": end()}, {"__f__": variable("", "bool")})


def typed(*words: Any) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def file(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_a_sound_playbook_and_one_with_warnings_are_fine(tmp_path: Path) -> None:
    odd = book({"a": manual("e", commands=[{"type": "ssh", "command": "ls"}]), "e": end()})

    found = typed("check", file(tmp_path, "a.json", raw(GOOD)), file(tmp_path, "b.json", raw(odd)))

    assert found.exit_code == 0
    assert "a.json: ok" in found.stdout
    assert "0 errors, 1 warnings" in found.stdout
    assert "runs-by-hand" in found.stdout


def test_faults_are_told_as_json_with_their_places(tmp_path: Path) -> None:
    bad = book({"a": manual("gone"), "b": manual("b")})

    found = typed("check", "--json", file(tmp_path, "a.json", raw(bad)), file(tmp_path, "b.json", b"nonsense"))

    assert found.exit_code == 1
    first, second = json.loads(found.stdout)
    assert {"dangling-reference", "unreachable-step", "cycle", "no-end"} <= {one["name"] for one in first["faults"]}
    assert (second["id"], second["ok"], second["faults"][0]["name"]) == (None, False, "not-a-playbook")


def test_a_file_that_cannot_be_read_is_wrong_use(tmp_path: Path) -> None:
    assert typed("check", tmp_path / "none.json").exit_code == 2
    assert typed("check").exit_code == 2


def test_a_walk_is_printed_with_the_answers(tmp_path: Path) -> None:
    path = file(tmp_path, "a.json", raw(GOOD))

    found = typed("run", path, "--dry", "--answer", "f=false")
    as_json = json.loads(typed("run", path, "--dry", "--json", "--answer", "__f__=false").stdout)

    assert found.exit_code == 0
    assert "核实: somebody: do it → success __f__=false" in found.stdout
    assert found.stdout.endswith("succeeded\n")
    assert (as_json["state"], as_json["variables"]) == ("succeeded", {"__f__": "false"})


def test_a_walk_that_fails_says_so(tmp_path: Path) -> None:
    found = typed("run", file(tmp_path, "a.json", raw(GOOD)), "--dry", "--answer", "核实=failure")

    assert found.exit_code == 1
    assert "failed: 核实" in found.stdout


def test_wrong_use_is_told(tmp_path: Path) -> None:
    path = file(tmp_path, "a.json", raw(GOOD))

    assert "add --dry" in typed("run", path).stderr
    assert typed("run", path, "--dry", "--answer", "nothing").exit_code == 2
    assert typed("run", path, "--dry", "--answer", "f=perhaps").exit_code == 2
    assert typed("run", file(tmp_path, "b.json", b"{}"), "--dry").exit_code == 1
