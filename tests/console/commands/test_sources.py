"""Which reader takes a file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from console.commands.sources import Sources, head_of, kind_of, numbered
from tests.factories import batch
from tests.sensors.logs.test_access import COMBINED


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xd4\xc3\xb2\xa1\x02\x00", "capture"),
        (b"\x4d\x3c\xb2\xa1", "capture"),
        (b"\x0a\x0d\x0d\x0a", "capture"),
        (b"PAR1....", "events"),
        (b"ARROW1\x00\x00", "events"),
        (b'{"event": {"dataset": "http"}}', "events"),
        (b'{"ts": 1.0}', "log"),
        (COMBINED.encode(), "log"),
        (b"", "log"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


def test_a_packed_file_is_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"PAR1 and more"))

    assert head_of(path).startswith(b"PAR1")


def test_each_bad_file_gets_a_sentence_and_the_others_are_read(tmp_path: Path) -> None:
    said: list[str] = []
    good, prose, cut = tmp_path / "good.log", tmp_path / "prose.txt", tmp_path / "cut.gz"
    good.write_text(f"{COMBINED}\nrubbish\n")
    prose.write_text("some words\n" * 200)
    cut.write_bytes(gzip.compress(COMBINED.encode() * 500)[:40])

    batches = list(Sources([tmp_path / "missing", prose, cut, good], said.append).batches())

    assert sum(len(batch) for batch in batches) == 1
    assert any("missing: cannot be read" in line for line in said)
    assert any("no access log" in line for line in said)
    assert any(line.startswith(str(cut)) for line in said)
    assert any("1 not used" in line and "first on line 2" in line for line in said)


def test_events_without_an_id_get_their_place_in_the_file() -> None:
    given = batch("flow", {"source.ip": "192.0.2.1"}, {"source.ip": "192.0.2.2", "event.id": "x"})

    assert numbered(given, 10).column("event.id") == ["11", "x"]
