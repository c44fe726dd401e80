from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import typer
from typer.testing import CliRunner

from analytics.cli import worker
from analytics.data_folder import DataFolder
from analytics.db import METADATA, database_url, open_database
from sensors.contract.segment import write
from tests.intake_bench import scan

ROOT = Path(__file__).resolve().parents[2]
START = "import typer; from analytics.cli import worker; typer.run(worker)"


def app() -> typer.Typer:
    made = typer.Typer()
    made.command()(worker)
    return made


def installed(root: Path) -> DataFolder:
    data = DataFolder(root).prepare()
    engine = open_database(database_url(data.root))
    METADATA.create_all(engine)
    engine.dispose()
    return data


def test_a_folder_without_an_installation_is_wrong_use_and_says_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(app(), ["--data", str(tmp_path / "none")])

    assert done.exit_code == 2
    assert "gongga up --data" in done.stderr


def test_a_broker_of_an_unknown_kind_is_wrong_use(tmp_path: Path) -> None:
    installed(tmp_path)

    done = subprocess.run(
        [sys.executable, "-c", START, "--data", str(tmp_path), "--broker", "kafka://x"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 2
    assert "redis://HOST" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_takes_what_waits_and_ends_politely_when_told(tmp_path: Path) -> None:
    data = installed(tmp_path)
    write(scan(), data.inbox)
    with subprocess.Popen(
        [sys.executable, "-c", START, "--data", str(tmp_path)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        taken = next((line for line in process.stderr if "s1-000001.arrow: done" in line), "")
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()

    assert "3 rows" in taken
    assert process.returncode == 0, rest
    assert list(data.inbox.glob("*.arrow")) == []
