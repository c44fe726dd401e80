"""`gongga province`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from analytics.data_folder import DataFolder
from console.bootstrap import now, prepare
from console.province.cli import app
from console.province.outbox import enqueue
from tests.console.province.simulator.serving import free_port

RUN = CliRunner()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    prepare(DataFolder(folder)).dispose()
    return folder


def test_two_installations_exchange_keys_and_packages(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    prepare(DataFolder(other)).dispose()
    (other / "office.toml").write_text('[province]\nus = "sc-510000"\npeer = "gz-513300"\nsignature = "SM2"\n')
    for one, two in ((data, other), (other, data)):
        shown = RUN.invoke(app, ["keys", "--data", str(one)])
        (tmp_path / "key.pem").write_text(shown.stdout)
        assert RUN.invoke(app, ["trust", str(tmp_path / "key.pem"), "--data", str(two)]).exit_code == 0
    engine = prepare(DataFolder(data))
    with engine.begin() as connection:
        enqueue(connection, "event_report", {}, at=now(), ref="x")
    engine.dispose()

    packed = RUN.invoke(app, ["pack", "--data", str(data)])
    taken = RUN.invoke(app, ["unpack", packed.stdout.strip(), "--data", str(other)])
    reply = other / "province" / "out" / json.loads(taken.stdout)["reply"]
    back = RUN.invoke(app, ["unpack", str(reply), "--data", str(data)])

    assert json.loads(taken.stdout)["messages"] == 1
    assert json.loads(back.stdout)["receipts"] == 1
    assert RUN.invoke(app, ["pack", "--data", str(data)]).stderr == "nothing waits\n"


def test_what_makes_no_sense_is_refused_with_a_sentence(data: Path, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("nothing")

    for command, says in (
        (["keys", "--data", str(tmp_path / "nowhere")], "no installation there"),
        (["trust", str(tmp_path / "bad"), "--data", str(data)], "holds no public key"),
        (["trust", str(tmp_path / "none"), "--data", str(data)], "is not there"),
        (["unpack", str(tmp_path / "bad"), "--data", str(data)], "no zip"),
        (["simulate", "--data", str(tmp_path / "sim"), "--fault", "fire=1"], "no fault 'fire'"),
    ):
        ran = RUN.invoke(app, command)
        assert (ran.exit_code, says in ran.stderr) == (2, True), ran.stderr


def test_the_pretend_province_runs_as_a_process_of_its_own(data: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "console", "province", "simulate", "--port", str(port)]
    command += ["--data", str(tmp_path / "sim"), "--desk-data", str(data), "--fault", "drop=1"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        until, state = time.monotonic() + 30, None
        while state is None and time.monotonic() < until:
            try:
                state = httpx2.get(f"http://127.0.0.1:{port}/control/state").json()
            except httpx2.TransportError:
                time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)

    assert state is not None
    assert state["faults"]["drop"] == 1
    assert (data / "keys" / "peer.pem").exists()
