"""`gongga probe` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sensors.probe.baseline import BaselineStore
from sensors.probe.cli import app
from sensors.probe.store import open_state
from tests.factories import NOON
from tests.probe_values import document


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(map(str, arguments)))
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def scope_file(tmp_path: Path) -> Path:
    path = tmp_path / "scope.json"
    path.write_text(json.dumps(document(9)))
    return path


def test_a_scope_is_signed_and_then_accepted(scope_file: Path, tmp_path: Path) -> None:
    key = tmp_path / "k.key"
    signed = run("sign", scope_file, "--key", key)
    code, out, _ = run("once", "http://127.0.0.1:9/", "--scope", scope_file, "--scope-key", tmp_path / "k.pub")

    assert signed[0] == 0
    assert code in (0, 1)
    assert all(json.loads(line)["gongga"]["check"]["id"] for line in out.splitlines())


def test_without_a_signature_nothing_is_asked(scope_file: Path, tmp_path: Path) -> None:
    code, out, said = run("once", "http://127.0.0.1:9/", "--scope", scope_file)

    assert (code, out) == (2, "")
    assert "is not signed" in said


def test_an_address_out_of_scope_is_wrong_use(scope_file: Path, tmp_path: Path) -> None:
    run("sign", scope_file, "--key", tmp_path / "k.key")
    code, _, said = run("once", "http://other.example/", "--scope", scope_file, "--scope-key", tmp_path / "k.pub")

    assert code == 2
    assert "other.example" in said


def test_a_baseline_is_approved_by_name(tmp_path: Path) -> None:
    state = open_state(tmp_path)
    BaselineStore(state).observe_addresses("s-1", {"x": ("10.0.0.1",)}, NOON)
    state.close()

    assert run("approve", "s-1", "--state", tmp_path)[0] == 0
    assert run("approve", "s-9", "--state", tmp_path)[0] == 1
    assert run("approve", "s-1", "--state", tmp_path / "none")[0] == 2


def test_every_template_of_a_folder_has_a_line(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("id: x\nhttp: [{raw: ['GET /']}]\n")
    code, out, said = run("rules", tmp_path)

    assert code == 1
    assert json.loads(out)["runs"] is False
    assert "1 refused" in said
