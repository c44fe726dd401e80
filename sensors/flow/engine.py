"""The engine: the meter and the walks over files, compiled by numba, or the same functions in plain Python.

Both homes run the same source. Compiled they take arrays; in plain Python they take memoryviews of the same arrays,
whose numbers are Python's own, which is the oracle the compiled form is held against.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import tempfile
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

MODULES: Final = (
    "octets",
    "tunnels",
    "transport",
    "network",
    "decode",
    "framing",
    "keys",
    "table",
    "connection",
    "picking",
    "meter",
)
_PACKAGE: Final = "sensors.flow"


@dataclass(frozen=True, slots=True)
class Engine:
    """The entry points of the engine in one of its two homes."""

    compiled: bool
    meter: Callable[..., int]
    end_all: Callable[..., bool]
    rehash: Callable[..., None]
    walk_pcap: Callable[..., None]
    walk_pcapng: Callable[..., None]

    def view(self, array: Any) -> Any:
        """An array as this engine takes it."""
        return array if self.compiled else memoryview(array)


@cache
def engine(*, compiled: bool) -> Engine:
    """The engine; the first compilation on a machine takes some seconds and is kept for the next start."""
    functions = _compiled() if compiled else _plain()
    return Engine(
        compiled=compiled,
        meter=functions["meter"],
        end_all=functions["end_all"],
        rehash=functions["rehash"],
        walk_pcap=functions["walk_pcap"],
        walk_pcapng=functions["walk_pcapng"],
    )


def _plain() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in MODULES:
        module = importlib.import_module(f"{_PACKAGE}.{name}")
        mine = {key: value for key, value in vars(module).items() if isinstance(value, types.FunctionType)}
        found |= {key: value for key, value in mine.items() if value.__module__ == module.__name__}
    return found


def _compiled() -> dict[str, Any]:
    """Every function of the engine's modules as compiled code that calls compiled code."""
    numba = importlib.import_module("numba")  # only where compiled code is asked for

    found: dict[str, Any] = {}
    numba.config.CACHE_DIR = str(_cache_folder())
    for function in _plain().values():
        names = {**function.__globals__, "__builtins__": __builtins__}
        twin = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__)
        twin.__module__ = function.__module__
        twin.__qualname__ = function.__qualname__
        # Nothing is allocated inside, so arrays are passed on without counting references: 1.6 times the speed.
        found[function.__name__] = numba.njit(cache=True, nogil=True, _nrt=False)(twin)
    for compiled in found.values():
        names = compiled.py_func.__globals__
        names |= {name: found[name] for name in set(compiled.py_func.__code__.co_names) & set(found)}
    return found


def _cache_folder() -> Path:
    """Where compiled code is kept: a folder for exactly this source, so that no part of it is ever stale."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for name in (*MODULES, "layout"):
        digest.update((folder / f"{name}.py").read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for base in (home / "gongga", Path(tempfile.gettempdir()) / f"gongga-{os.getuid()}"):
        place = base / f"engine-{digest.hexdigest()[:16]}"
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if place.stat().st_uid == os.getuid() and os.access(place, os.W_OK):
            return place
    return Path(tempfile.mkdtemp(prefix="gongga-engine-"))
