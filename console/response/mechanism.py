"""The mechanism an office responds by: which file is in force on a day, and which others there are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from console.response.mechanism_file import BadMechanism, read_mechanism
from console.response.slots import Escalation, Group, Mechanism, Slot

__all__ = ["Escalation", "Group", "Mechanism", "Slot", "load_mechanism", "shipped", "versions"]

FOLDER: Final = "mechanism"
SHIPPED: Final = "ganzi.yml"


def load_mechanism(
    data_folder: Path | None = None, on: date | None = None, units: Collection[str] | None = None
) -> Mechanism:
    """The mechanism in force on a day: the office's newest version that has begun, else the shipped one.

    Without a day it is the newest of all. Files that cannot be used are left out, and with the inventory's `units`
    those that name another unit; `versions` says which.
    """
    own = [
        one
        for one in versions(data_folder, units)
        if isinstance(one, Mechanism) and (on is None or one.effective <= on)
    ]
    return max(own, key=lambda one: (one.effective, one.version), default=None) or shipped()


def versions(data_folder: Path | None, units: Collection[str] | None = None) -> tuple[Mechanism | str, ...]:
    """Every version in DATA/mechanism/; a file that cannot be used stands as its sentence."""
    folder = data_folder / FOLDER if data_folder else None
    if folder is None or not folder.is_dir():
        return ()
    found = []
    for path in sorted(folder.glob("*.yml")):
        try:
            stat = path.stat()
            found.append(_bound(_placed(path, stat.st_mtime_ns, stat.st_size), path.name, units))
        except OSError as error:
            found.append(f"{path.name}: cannot be read: {error.strerror}")
    return tuple(found)


def _bound(found: Mechanism | str, name: str, units: Collection[str] | None) -> Mechanism | str:
    if isinstance(found, str) or units is None:
        return found
    strange = next((slot for slot in found.slots if slot.unit is not None and slot.unit not in units), None)
    if strange is None:
        return found
    return f"{name}: slot {strange.ref}: unit {strange.unit!r} is not in the inventory; add the unit or mend its id"


@lru_cache(maxsize=1)
def shipped() -> Mechanism:
    """The mechanism that comes with the desk."""
    return read_mechanism((files("playbooks") / FOLDER / SHIPPED).read_bytes(), SHIPPED)


@lru_cache(maxsize=64)
def _placed(path: Path, _changed: int, _size: int) -> Mechanism | str:
    try:
        return read_mechanism(path.read_bytes(), path.name)
    except BadMechanism as error:
        return str(error)
