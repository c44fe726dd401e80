"""What a segment's file says about itself."""

from __future__ import annotations

from console.ingest.envelope import sensor_named
from sensors.contract.segment import encode
from tests.factories import segment


def test_a_segment_names_its_sensor() -> None:
    assert sensor_named(encode(segment("flow", {}, sensor="s7"))) == "s7"


def test_damaged_bytes_name_none() -> None:
    content = encode(segment("flow", {}))

    assert sensor_named(b"") is None
    assert sensor_named(b"ARROW1 not really") is None
    assert sensor_named(content[: len(content) // 2]) is None
