from __future__ import annotations

import stat
from pathlib import Path

from analytics.data_folder import DataFolder


def test_every_folder_is_made_once_and_keys_are_their_owners_alone(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "var").prepare().prepare()

    for folder in (data.events, data.inbox, data.quarantine, data.models, data.sensors, data.rules, data.keys):
        assert folder.is_dir()
    assert stat.S_IMODE(data.keys.stat().st_mode) == 0o700


def test_every_path_lies_under_the_root(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)

    assert data.database.parent == data.scope.parent == tmp_path
