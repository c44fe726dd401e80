"""Lock the dependencies of pyproject.toml: versions and hashes, no address of an index."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
_RUN: Final = ("--extra", "platform", "--extra", "native", "--extra", "lab", "--group", "install")
LOCKS: Final[dict[str, tuple[str, ...]]] = {
    "requirements.lock": _RUN,
    "requirements-dev.lock": (*_RUN, "--group", "dev"),
    "requirements-node.lock": ("--only-group", "node"),
}


def lock(name: str, groups: tuple[str, ...]) -> None:
    """Write one lock file."""
    alone = "--only-group" in groups
    source = ["--group", f"pyproject.toml:{groups[1]}"] if alone else ["pyproject.toml", *groups]
    if "dev" in groups:
        source += ["--constraint", "requirements.lock"]
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate"]
    command = [sys.executable, "-m", "uv", "pip", "compile", *source, *options, "--no-header", "-q", "-o", name]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    for file, wanted in LOCKS.items():
        lock(file, wanted)
