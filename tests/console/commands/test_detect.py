"""`gongga detect`: its output is read by other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from console.commands.detect import detect
from tests.sensors.logs.test_access import COMBINED

APP = typer.Typer()
APP.command()(detect)


def run(*arguments: str | Path) -> tuple[int, list[dict[str, Any]], str]:
    done = CliRunner().invoke(APP, [str(one) for one in arguments])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def attacked(tmp_path: Path) -> Path:
    lines = [COMBINED.replace("/a.jsp?x=1%20y", f"/none/{number}") for number in range(130)]
    lines.append(COMBINED.replace("/a.jsp?x=1%20y", "/list.jsp?id=7%27%20UNION%20SELECT%20a%20FROM%20b"))
    path = tmp_path / "access.log"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_an_alert_a_line_with_rule_event_and_reasons(tmp_path: Path) -> None:
    status, alerts, told = run(attacked(tmp_path))

    assert status == 0
    plain = next(alert for alert in alerts if alert["gongga"]["alert"]["detector"] == "sigma")
    assert set(plain) == {"@timestamp", "rule", "event", "events", "gongga"}
    assert plain["rule"]["name"] == "SQL injection in a request"
    assert plain["event"] == {"id": "131"}
    assert plain["events"] == ["131"]
    assert plain["gongga"]["alert"]["why"]
    assert "131 events" in told


def test_a_correlation_names_the_events_it_rests_on(tmp_path: Path) -> None:
    _status, alerts, _told = run(attacked(tmp_path))

    [scan] = [alert for alert in alerts if alert["gongga"]["alert"]["detector"] == "sigma-correlation"]
    assert scan["rule"]["name"] == "Scan for paths that do not exist"
    assert set(scan["events"]) <= {str(number) for number in range(1, 132)}
    assert len(scan["events"]) == 50


def test_rules_that_do_not_run_are_said_and_nothing_is_judged(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bad.yml").write_text("title: x\n")

    status, alerts, told = run(attacked(tmp_path), "--rules", tmp_path / "rules")

    assert (status, alerts) == (1, [])
    assert "No rule runs" in told


def test_files_without_a_usable_event_are_nothing_usable(tmp_path: Path) -> None:
    (tmp_path / "prose.txt").write_text("words\n")

    assert run(tmp_path / "prose.txt")[0] == 1
