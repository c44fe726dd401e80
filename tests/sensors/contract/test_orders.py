"""Orders to sensors as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.contract.orders import Order, OrderError, decode, encode, lay_down, round_of, waiting
from tests.factories import NOON

ORDER = Order("rt-0123456789ab", "kd-003", "exposure/upload-script-exec", "/upload/", NOON)


def test_an_order_comes_back_as_it_was_laid_down(tmp_path: Path) -> None:
    lay_down(ORDER, tmp_path)
    lay_down(ORDER, tmp_path)
    (tmp_path / ".x.json.12.part").write_text("half")

    [path] = waiting(tmp_path)
    assert decode(path.read_bytes()) == ORDER
    assert round_of(ORDER.id) == "retest/rt-0123456789ab"
    assert list(waiting(tmp_path / "none")) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"schema": 2}, "schema 1"),
        ({"id": "../../etc/passwd"}, "id has a-z"),
        ({"site": 3}, "site is a text"),
        ({"location": "x" * 301}, "location is a text of at most 300"),
        ({"ordered_at": "yesterday"}, "ordered_at"),
        ({"ordered_at": None}, "ordered_at"),
    ],
)
def test_what_is_no_order_is_refused_with_what_is_wrong(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(OrderError, match=says):
        decode(json.dumps({**json.loads(encode(ORDER)), **changed}).encode())


def test_a_large_file_is_not_even_parsed() -> None:
    with pytest.raises(OrderError, match="no order"):
        decode(b"[" * 5000)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(encode(ORDER)) - 1), st.integers(0, 255))
def test_any_changed_byte_gives_an_order_or_an_order_error(place: int, value: int) -> None:
    content = bytearray(encode(ORDER))
    content[place] = value
    try:
        decode(bytes(content))
    except OrderError:
        return
