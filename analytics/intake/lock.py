"""One taker at a time: a lock on the inbox that the system lets go when its holder dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from analytics.data_folder import DataFolder


@contextmanager
def exclusive(folder: DataFolder) -> Iterator[None]:
    """Hold the inbox alone; wait for whoever holds it."""
    with (folder.root / ".inbox.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
