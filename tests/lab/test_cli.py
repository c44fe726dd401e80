"""`gongga lab` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lab import site
from lab.cli import app
from lab.site import load_sites
from lab.truth import findings
from tests.running import free_port


def test_the_truth_is_told_as_json() -> None:
    said = CliRunner().invoke(app, ["truth"])

    rows = json.loads(said.stdout)
    assert said.exit_code == 0
    assert {(row["site"], row["check"], row["location"]) for row in rows} == findings(load_sites())


def test_every_site_is_listed_with_what_is_wrong_with_it() -> None:
    said = CliRunner().invoke(app, ["sites"])

    assert len(said.stdout.splitlines()) == len(load_sites())
    assert "ld-005  http://www.ld1.lab:18080/" in said.stdout
    assert "actuator" in said.stdout


def test_a_capture_and_its_access_log_are_written(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["capture", str(tmp_path / "night.pcap")])

    assert said.exit_code == 0
    assert (tmp_path / "night.pcap").stat().st_size > 1_000_000
    assert "x.jsp" in (tmp_path / "night.log").read_text("utf-8")


def test_a_switch_without_a_lab_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "CONTROL", ("127.0.0.1", free_port()))

    said = CliRunner().invoke(app, ["switch", "kd-003", "normal"])

    assert said.exit_code == 1
    assert "start it by `gongga up`" in said.stderr
