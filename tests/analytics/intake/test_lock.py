from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from analytics.data_folder import DataFolder
from analytics.intake.lock import exclusive


def test_the_inbox_is_held_by_one_taker_and_free_after_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path).prepare()
    with (
        exclusive(folder),
        (tmp_path / ".inbox.lock").open("a") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

    with (tmp_path / ".inbox.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert list(folder.inbox.iterdir()) == []
