"""Access logs as batches, every line accounted for."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sensors.logs.reader import LogError, LogReader, sniff
from tests.sensors.logs.test_access import COMBINED


def written(tmp_path: Path, *lines: str, packed: bool = False) -> Path:
    path = tmp_path / ("a.log.gz" if packed else "a.log")
    content = "\n".join(lines).encode() + b"\n"
    path.write_bytes(gzip.compress(content) if packed else content)
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_is_read_in_batches_with_its_line_numbers(tmp_path: Path, packed: bool) -> None:
    reader = LogReader(written(tmp_path, *[COMBINED] * 5, packed=packed), rows=2)

    batches = list(reader.batches())

    assert [len(one) for one in batches] == [2, 2, 1]
    assert batches[2].column("gongga.log.line") == [5]
    assert batches[2].column("event.id") == ["5"]


def test_bad_lines_are_counted_by_reason_with_the_first_of_each(tmp_path: Path) -> None:
    reader = LogReader(written(tmp_path, COMBINED, "rubbish", "", "more rubbish", COMBINED))

    assert sum(len(one) for one in reader.batches()) == 2
    assert (reader.report.read, reader.report.used) == (5, 2)
    assert reader.report.refused == {"not in common or combined format": 2, "empty": 1}
    assert reader.report.first["not in common or combined format"] == 2


def test_a_file_that_is_no_log_is_given_up_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no access log"):
        list(LogReader(written(tmp_path, *["prose"] * 200)).batches())


def test_an_endless_line_is_cut(tmp_path: Path) -> None:
    reader = LogReader(written(tmp_path, COMBINED, "x" * 200_000, COMBINED))

    assert sum(len(one) for one in reader.batches()) == 2


def test_a_log_is_known_by_its_head() -> None:
    assert sniff(COMBINED.encode()) == "access"
    assert sniff(b"{}") == "unknown"
