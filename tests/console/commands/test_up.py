"""`gongga up`."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path

import pytest

from analytics.data_folder import DataFolder
from console.commands.up import answers, is_lab, parts, welcome


def test_the_lab_runs_only_without_sites(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)

    assert [part.name for part in parts(folder, "127.0.0.1", 8600, lab=False)] == ["serve", "worker", "clerk", "probe"]
    assert [part.name for part in parts(folder, "127.0.0.1", 8600, lab=True)] == [
        "serve",
        "worker",
        "clerk",
        "lab",
        "province",
        "probe",
    ]
    assert not is_lab(folder)


def test_the_probe_obeys_the_signed_scope_and_hands_over_to_the_inbox(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)

    probe = parts(folder, "127.0.0.1", 8600, lab=False)[-1].command

    assert probe[probe.index("--scope") + 1] == str(folder.scope)
    assert probe[probe.index("--scope-key") + 1] == str(folder.keys / "scope.pub")
    assert probe[probe.index("--spool") + 1] == str(folder.inbox)
    assert probe[probe.index("--orders") + 1] == str(folder.orders)


def test_the_probe_has_settings_only_where_somebody_wrote_some(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path).prepare()

    assert "--settings" not in parts(folder, "127.0.0.1", 8600, lab=False)[-1].command
    (folder.sensors / "probe.toml").write_text("jitter = 0.2\n")
    assert "--settings" in parts(folder, "127.0.0.1", 8600, lab=False)[-1].command


def test_the_desk_is_waited_for() -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()

    assert answers("127.0.0.1", server.server_port, lambda: None, 10)

    thread.join()
    server.server_close()
    assert not answers("127.0.0.1", server.server_port, lambda: None, 0.1)


def test_the_first_log_in_is_shown_when_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    welcome("127.0.0.1", 8600, "secret-once", lab=False)
    welcome("127.0.0.1", 8600, None, lab=True)

    shown = capsys.readouterr().err
    assert shown.count("secret-once") == 1
    assert shown.count("pretend county") == 1
