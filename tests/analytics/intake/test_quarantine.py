from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.db import QUARANTINE
from analytics.intake.quarantine import quarantine, quarantine_name, remove, set_aside
from tests.factories import at
from tests.intake_bench import Bench, Shelf, open_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    opened = open_bench(tmp_path, Shelf())
    yield opened
    opened.engine.dispose()


def test_the_same_content_is_kept_once_and_other_content_beside_it(bench: Bench) -> None:
    for content in (b"one", b"one", b"two"):
        quarantine(bench.engine, bench.folder, "s1-000001.arrow", content, "no segment", at(0))

    rows = bench.rows(QUARANTINE)
    assert [(row["bytes"], row["reason"], row["at"]) for row in rows] == [(3, "no segment", at(0))] * 2
    assert {path.read_bytes() for path in bench.folder.quarantine.iterdir()} == {b"one", b"two"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a b\nc.arrow", "名称.arrow", "x" * 500])
def test_a_name_from_outside_is_made_harmless(name: str) -> None:
    made = quarantine_name(name, "0123456789ab")

    assert "/" not in made
    assert "\n" not in made
    assert len(made) <= 120
    assert made.endswith(".arrow")


def test_a_file_that_is_gone_already_can_be_removed_again(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"")

    remove(tmp_path / "one")
    remove(tmp_path / "one")

    assert list(tmp_path.iterdir()) == []


def test_a_file_can_be_set_aside_unread(bench: Bench) -> None:
    path = bench.folder.inbox / "s1-000001.arrow"
    path.write_bytes(b"much too much")

    place = set_aside(bench.engine, bench.folder, path, "too large", at(0))

    assert (place.read_bytes(), path.exists()) == (b"much too much", False)
    assert [(row["name"], row["bytes"]) for row in bench.rows(QUARANTINE)] == [(place.name, 13)]
