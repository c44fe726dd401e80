"""Running the clerk."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from analytics.data_folder import DataFolder
from console.bootstrap import now, prepare
from console.clerk.run import run_clerk
from console.office.settings import FILE, SettingsError


def test_the_clerk_ends_when_it_is_told_to(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    prepare(folder).dispose()
    stop = threading.Event()
    stop.set()

    run_clerk(folder, stop, now)


def test_settings_that_make_no_sense_are_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[nonsense]\n", "utf-8")

    with pytest.raises(SettingsError, match="there is no part"):
        run_clerk(DataFolder(tmp_path).prepare(), threading.Event(), now)
