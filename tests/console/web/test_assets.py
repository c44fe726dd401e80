"""Fetching the browser's files."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from console.web.assets import FILES, LOCK, AssetError, fetch

ROOT = Path(__file__).resolve().parents[3]
# Does what `npm ci` does for this lock, without a network: the files appear under node_modules.
INSTALL = """
import pathlib, sys
for name in sys.argv[1].split():
    path = pathlib.Path("node_modules") / name
    path.parent.mkdir(parents=True)
    path.write_text("js")
"""


def npm(*files: str) -> list[str]:
    return [sys.executable, "-c", INSTALL, " ".join(files)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / LOCK).write_text('{"lockfileVersion": 3}')
    return tmp_path


def test_the_files_are_put_in_place_once(root: Path) -> None:
    target = root / "vendor"

    assert fetch(root, target, npm(*FILES))
    assert {path.name for path in target.iterdir()} == {*FILES.values(), LOCK}
    assert not fetch(root, target, ["must not be run"])


def test_a_package_without_the_file_is_named(root: Path) -> None:
    with pytest.raises(AssetError, match=r"the package has no htmx\.org/dist/htmx\.min\.js"):
        fetch(root, root / "vendor", npm("other/x.js"))


def test_a_failing_npm_gives_its_first_words(root: Path) -> None:
    failing = [
        sys.executable,
        "-c",
        "import sys; sys.stderr.write('npm error EINTEGRITY bad hash\\nmore'); sys.exit(1)",
    ]

    with pytest.raises(AssetError, match=r"npm error EINTEGRITY bad hash$"):
        fetch(root, root / "vendor", failing)


def test_outside_a_checkout_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="run this in a checkout"):
        fetch(tmp_path, tmp_path / "vendor", npm())


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / LOCK).read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert all("integrity" in entry for name, entry in packages.items() if name)
    assert "://" not in (ROOT / LOCK).read_text()
    assert {name.removeprefix("node_modules/") for name in packages if name} >= wanted.keys()
    assert {source.split("/dist/")[0] for source in FILES} == wanted.keys()
