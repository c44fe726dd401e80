from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.db import QUARANTINE
from analytics.intake.intake import waiting
from analytics.intake.receive import Refused, receive
from sensors.contract.segment import encode
from tests.intake_bench import Bench, Shelf, open_bench, scan


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    opened = open_bench(tmp_path, Shelf())
    yield opened
    opened.engine.dispose()


def test_a_segment_is_stored_once_and_had_after_that_even_when_it_is_done(bench: Bench) -> None:
    content = encode(scan())

    assert receive(bench.folder, bench.engine, content, "s1") == "stored"
    assert receive(bench.folder, bench.engine, content, "s1") == "had"
    assert bench.run() == ["done"]
    assert receive(bench.folder, bench.engine, content, "s1") == "had"
    assert waiting(bench.folder) == []


def test_what_is_no_segment_is_refused_in_one_sentence_and_kept_in_quarantine(bench: Bench) -> None:
    for _ in range(2):
        refused = receive(bench.folder, bench.engine, b"not a segment", "../../s1")
        assert isinstance(refused, Refused)
        assert "\n" not in refused.reason

    (row,) = bench.rows(QUARANTINE)
    assert (bench.folder.quarantine / row["name"]).read_bytes() == b"not a segment"
    assert waiting(bench.folder) == []


def test_a_full_disk_is_told_to_the_sender_and_nothing_is_half_there(bench: Bench) -> None:
    part = bench.folder.inbox / f".s1-000001.arrow.{os.getpid()}.part"
    part.symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left"):
        receive(bench.folder, bench.engine, encode(scan()), "s1")

    assert list(bench.folder.inbox.iterdir()) == []
    assert receive(bench.folder, bench.engine, encode(scan()), "s1") == "stored"
