"""Numbers come out of buffers in the order of the network."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from sensors.flow.octets import s64, u8, u16, u32, u32_either, u32_little


@given(st.binary(min_size=12, max_size=12))
def test_numbers_are_those_of_struct(data: bytes) -> None:
    assert u8(data, 2) == data[2]
    assert u16(data, 1) == struct.unpack_from(">H", data, 1)[0]
    assert u32(data, 3) == struct.unpack_from(">I", data, 3)[0]
    assert u32_little(data, 3) == struct.unpack_from("<I", data, 3)[0]
    assert s64(data, 4) == struct.unpack_from(">q", data, 4)[0]


def test_the_order_of_a_file_is_chosen() -> None:
    assert u32_either(b"\1\2\3\4", 0, 1) == 0x01020304
    assert u32_either(b"\1\2\3\4", 0, 0) == 0x04030201
