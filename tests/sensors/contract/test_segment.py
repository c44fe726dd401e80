"""Segments: written whole, read whole, or refused in a sentence."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import ipc

from sensors.contract.segment import SegmentError, SegmentId, decode, encode, put, read, seal, write
from tests.factories import batch, segment

SAMPLE = segment("http", {"url.path": "/upload/x.jsp", "source.ip": "203.0.113.77"}, {"url.path": "/"}, sequence=812)


def test_a_segment_is_written_and_read_back_the_same(tmp_path: Path) -> None:
    path = write(SAMPLE, tmp_path)

    back = read(path)

    assert path.name == "s1-000812.arrow"
    assert back.id == SAMPLE.id
    assert back.batch.table.equals(SAMPLE.batch.table)
    assert back.batch.column("event.id") == ["s1-000812-0", "s1-000812-1"]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_every_flipped_byte_is_refused() -> None:
    content = encode(SAMPLE)
    for position in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[position] ^= 0x41
        with pytest.raises(SegmentError):
            decode(bytes(damaged))


@pytest.mark.parametrize("length", [0, 1, 7, 100, -10, -4000])
def test_a_cut_file_is_refused(length: int) -> None:
    with pytest.raises(SegmentError, match=r"damaged|digest"):
        decode(encode(SAMPLE)[:length])


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_no_content_does_more_than_be_refused(content: bytes) -> None:
    with pytest.raises(SegmentError):
        decode(b"ARROW1\x00\x00" + content)


def rewritten(**metadata: str) -> bytes:
    """The sample with other metadata."""
    reader = ipc.open_file(pa.py_buffer(encode(SAMPLE)))
    known = {key.decode(): value.decode() for key, value in reader.schema.metadata.items()}
    named = {f"gongga.{name}": value for name, value in metadata.items()}
    return resealed(reader.read_all().replace_schema_metadata({**known, **named}))


def resealed(table: pa.Table) -> bytes:
    """A file of a forger who knows how the digest is made."""
    known = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    identity = f"{known['gongga.sensor']}-{known['gongga.sequence']:0>6}"
    place = hashlib.sha256(f"{identity} {known['gongga.salt']}".encode()).hexdigest()
    blank = as_file(table.replace_schema_metadata({**known, "gongga.digest": place}))
    return blank.replace(place.encode(), hashlib.sha256(blank).hexdigest().encode())


def as_file(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"schema": "99"}, "schema version '99'"),
        ({"schema": "x"}, "schema version 'x'"),
        ({"dataset": "secrets"}, "unknown dataset"),
        ({"rows": "7"}, "2 rows, its metadata says 7"),
        ({"sensor": "../../etc"}, "no segment id"),
        ({"sequence": "-1"}, "no segment id"),
        ({"sequence": "813"}, "event.id does not follow"),
        ({"dataset": "dns"}, "no column"),
    ],
)
def test_wrong_metadata_is_refused_with_what_is_wrong(metadata: dict[str, str], words: str) -> None:
    with pytest.raises(SegmentError, match=words):
        decode(rewritten(**metadata))


def test_a_column_of_another_type_is_named() -> None:
    table = ipc.open_file(pa.py_buffer(encode(SAMPLE))).read_all()
    place = table.schema.get_field_index("source.port")
    wrong = table.set_column(place, "source.port", pa.array(["80", "80"]))

    with pytest.raises(SegmentError, match=r"column 'source.port' is string, expected int64"):
        decode(resealed(wrong.replace_schema_metadata(table.schema.metadata)))


def test_an_arrow_file_of_somebody_else_is_no_segment() -> None:
    with pytest.raises(SegmentError, match="not a Gongga segment"):
        decode(as_file(pa.table({"a": [1]})))


def test_an_event_that_imitates_the_digests_place_is_sealed_all_the_same() -> None:
    place = hashlib.sha256(b"s1-000001 0").hexdigest()
    hostile = segment("http", {"url.path": "/" + place}, sequence=1)

    assert decode(encode(hostile)).batch.column("url.path") == ["/" + place]


@pytest.mark.parametrize("text", ["s1", "s1-1", "S1-000001", "../a-000001", "-000001", "s1-0000000000001"])
def test_what_is_no_segment_id_is_refused(text: str) -> None:
    with pytest.raises(SegmentError):
        SegmentId.parse(text)


def test_a_sensor_name_that_is_no_name_is_refused() -> None:
    with pytest.raises(SegmentError, match="sensor name"):
        seal(SegmentId("S 1", 1), batch("http", {}))


def test_a_full_disk_leaves_no_part_behind(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    (folder / "s1-000812.arrow").mkdir()  # the rename cannot succeed

    with pytest.raises(OSError, match=r"."):
        put(folder, "s1-000812.arrow", b"x")

    assert os.listdir(folder) == ["s1-000812.arrow"]


def test_the_sample_of_every_released_schema_still_loads() -> None:
    samples = sorted((Path(__file__).parents[2] / "data" / "wire").glob("schema-*.arrow"))

    assert [read(path).dataset for path in samples] == ["http"] * len(samples)
    assert samples
