"""What each command loads: the help loads nothing heavy, a sensor none of the platform."""

from __future__ import annotations

import subprocess
import sys

import pytest

from console.cli import COMMANDS

HEAVY = (
    "numba",
    "numpy",
    "pyarrow",
    "duckdb",
    "scapy",
    "sigma",
    "sqlalchemy",
    "fastapi",
    "uvicorn",
    "dramatiq",
    "hyperscan",
    "aiohttp",
    "jinja2",
    "cryptography",
    "luqum",
    "selectolax",
)
# What loading a command's module may bring along; what it runs loads the rest.
ALLOWED = {
    "flow": {"numba", "numpy", "pyarrow"},
    "probe": {"aiohttp", "cryptography", "pyarrow", "numpy", "selectolax"},
    "send": {"aiohttp", "pyarrow", "numpy"},
    "doctor": set(),
    "lab": {"pyarrow", "numpy"},
}
SHOW = "import sys; print(' '.join(sorted(sys.modules)))"


def loaded(code: str) -> set[str]:
    """The heavy packages in a fresh interpreter after running this code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{SHOW}"], capture_output=True, text=True, check=True, timeout=120
    )
    return {name for name in HEAVY if name in done.stdout.splitlines()[-1].split()}


def test_the_help_loads_nothing_heavy() -> None:
    run = "group().main(['--help'], prog_name='gongga', standalone_mode=False)"

    assert loaded(f"from console.cli import group\n{run}") == set()


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_a_command_loads_only_what_it_may(name: str) -> None:
    assert loaded(f"from console.cli import load\nload({name!r})") <= ALLOWED[name]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_table_shows_its_help(name: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"from console.cli import group\ngroup().main([{name!r}, '--help'], prog_name='gongga')",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout
