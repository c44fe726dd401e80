"""Segments come in any order; the bytes come out in one."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.flow.streams import Stream, distance

TEXT = bytes(range(200))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 199), st.integers(1, 80)), max_size=20), st.integers(0, 2**32 - 1), st.randoms()
)
def test_overlapping_shuffled_segments_give_the_text(
    cuts: list[tuple[int, int]], base: int, chance: random.Random
) -> None:
    segments = [(at, TEXT[at : at + length]) for at, length in cuts]
    segments += [(at, TEXT[at : at + 50]) for at in range(0, 200, 50)]
    chance.shuffle(segments)
    stream = Stream(base, 1000)
    for at, data in segments:
        stream.put((base + at) % 2**32, data)

    assert bytes(stream.data) == TEXT


def test_a_gap_ends_the_bytes() -> None:
    stream = Stream(10, 100)
    stream.put(10, b"ab")
    stream.put(20, b"zz")

    assert bytes(stream.data) == b"ab"


def test_no_more_is_kept_than_the_limit() -> None:
    stream = Stream(0, 10)
    for at in range(0, 1000, 3):
        stream.put(at, b"abc")
        stream.put(5 + at, b"x" * 9)

    assert len(stream.data) == 10


def test_bytes_before_the_base_are_left_out() -> None:
    stream = Stream(10, 100)
    stream.put(8, b"abcd")

    assert bytes(stream.data) == b"cd"
    assert distance(5, 2) == -3
    assert distance(2**32 - 1, 1) == 2
