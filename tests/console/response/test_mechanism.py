"""Which mechanism is in force."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

from console.response.mechanism import load_mechanism, shipped, versions

FOLDER = files("playbooks") / "mechanism"


def test_the_version_in_force_is_the_newest_that_has_begun(tmp_path: Path) -> None:
    folder = tmp_path / "mechanism"
    folder.mkdir()
    text = (FOLDER / "reading-b.yml").read_text("utf-8")
    (folder / "a.yml").write_text(text.replace("2026-01-01", "2026-11-01"), "utf-8")
    (folder / "b.yml").write_text(text.replace("2026-01-01", "2026-12-01").replace("2026.1-B", "2026.2"), "utf-8")

    assert load_mechanism(tmp_path, date(2026, 10, 31)).digest == shipped().digest
    assert load_mechanism(tmp_path, date(2026, 11, 1)).version == "2026.1-B"
    assert load_mechanism(tmp_path, date(2026, 12, 24)).version == "2026.2"
    assert load_mechanism(tmp_path).version == "2026.2"


def test_a_placed_file_that_cannot_be_used_changes_nothing_and_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "mechanism"
    folder.mkdir()
    (folder / "bad.yml").write_text("mechanism: [1]")

    assert load_mechanism(tmp_path).digest == shipped().digest
    assert versions(tmp_path) == ("bad.yml: `mechanism` must be names with values, not list",)
    assert load_mechanism(None).digest == shipped().digest
