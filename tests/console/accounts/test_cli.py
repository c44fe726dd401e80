"""`gongga user`."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from console.accounts.cli import app


def run(data: Path, *words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*words, "--data", str(data)])
    return result.exit_code, result.stdout, result.stderr


def test_an_account_is_added_listed_granted_and_reset(tmp_path: Path) -> None:
    code, password, said = run(tmp_path, "add", "dawa", "--name", "达瓦", "--role", "analyst")
    assert (code, len(password.strip())) == (0, 19)
    assert "chooses another" in said

    assert run(tmp_path, "grant", "dawa", "--role", "county", "--county", "513301")[0] == 0
    assert run(tmp_path, "list")[1] == "dawa\tcounty\t513301\tmust change\t达瓦\n"
    again = run(tmp_path, "reset", "dawa")
    assert (again[0], again[1] != password) == (0, True)


def test_wrong_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    code, out, said = run(tmp_path, "add", "dawa", "--role", "root")
    assert (code, out) == (2, "")
    assert said.startswith("unknown role 'root'; the roles are analyst, lead")

    code, out, said = run(tmp_path, "reset", "nobody")
    assert (code, said) == (2, "There is no such account.\n")


def test_an_empty_list_says_how_to_begin(tmp_path: Path) -> None:
    code, out, said = run(tmp_path, "list")

    assert (code, out) == (1, "")
    assert "gongga user add" in said
