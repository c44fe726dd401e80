"""`gongga flow read` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sensors.flow.cli import app
from tests.flow_packets import handshake, pcap


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([*handshake(), (1.0, b"x")]))
    return path


def run(*arguments: object) -> tuple[int, str, list[str]]:
    result = CliRunner().invoke(app, ["read", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr.splitlines()


def test_events_go_out_and_the_last_line_of_errors_accounts_for_every_packet(capture: Path) -> None:
    code, out, said = run(capture)
    report = json.loads(said[-1])

    assert code == 0
    assert [json.loads(line)["event"]["dataset"] for line in out.splitlines()] == ["flow"]
    assert report["packets"] == {"read": 4, "counted": 3, "refused": {"short": 1}, "evicted": 0}
    assert report["flows"] == 1
    assert report["seconds"] >= 0


def test_what_is_no_capture_ends_with_one_and_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no capture")
    code, _, said = run(tmp_path / "a.txt")

    assert code == 1
    assert "is no capture" in said[0]
    assert json.loads(said[-1])["packets"]["read"] == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["--format", "xml"], "xml"), (["--format", "parquet"], "-o"), (["--max-flows", "0"], "max_flows")],
)
def test_wrong_use_ends_with_two(capture: Path, arguments: list[str], word: str) -> None:
    code, _, said = run(capture, *arguments)

    assert code == 2
    assert word in " ".join(said)


def test_a_place_that_cannot_be_written_is_named(capture: Path, tmp_path: Path) -> None:
    code, _, said = run(capture, "-o", tmp_path / "none" / "out.ndjson")

    assert code == 1
    assert "out.ndjson" in said[-1]
