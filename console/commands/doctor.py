"""`gongga doctor`: what this machine has, what it lacks, and what to type to get it."""

from __future__ import annotations

import ctypes.util
import importlib.util
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import typer

from console.papers.remedy import PANGO as REMEDY


@dataclass(frozen=True, slots=True)
class Need:
    """A part of the machine: what works with it, how to see it, and what to install when it is missing."""

    name: str
    serves: str
    commands: tuple[str, ...]
    modules: tuple[str, ...]
    remedy: str
    libraries: tuple[str, ...] = ()


NEEDS: Final = (
    Need("platform", "store, rules and console", (), ("duckdb", "fastapi", "sigma"), "pip install 'gongga[platform]'"),
    Need("native matcher", "faster rules", (), ("hyperscan",), "pip install 'gongga[native]'"),
    Need("scapy", "the lab's story", (), ("scapy",), "pip install 'gongga[lab]'"),
    Need("Chromium", "screenshots of pages", ("chromium", "chromium-browser"), (), "apt-get install chromium"),
    Need("pango", "PDF of documents", (), ("weasyprint",), f"pip install 'gongga[platform]'; {REMEDY}", ("pango-1.0",)),
    Need("tshark", "dissection of captures as evidence", ("tshark",), (), "apt-get install tshark"),
)


def look(
    which: Callable[[str], str | None],
    has_module: Callable[[str], bool],
    library: Callable[[str], str | None] = ctypes.util.find_library,
) -> Mapping[str, bool]:
    """Which needs are met, by name."""
    return {
        need.name: all(map(has_module, need.modules))
        and all(map(library, need.libraries))
        and (not need.commands or any(map(which, need.commands)))
        for need in NEEDS
    }


def doctor() -> None:
    """Say what this machine has, lacks, and how to get it."""
    met = look(shutil.which, lambda module: importlib.util.find_spec(module) is not None)
    for need in NEEDS:
        state = "ok" if met[need.name] else f"missing: {need.remedy}"
        typer.echo(f"{need.name:16}{need.serves:38}{state}")
