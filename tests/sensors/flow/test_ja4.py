"""Fingerprints are those of the specification's example."""

from __future__ import annotations

from sensors.flow.ja4 import grease, ja4

SUITES = [
    0x1301,
    0x1302,
    0x1303,
    0xC02B,
    0xC02F,
    0xC02C,
    0xC030,
    0xCCA9,
    0xCCA8,
    0xC013,
    0xC014,
    0x9C,
    0x9D,
    0x2F,
    0x35,
]
EXTENSIONS = [0x1B, 0, 0x33, 0x10, 0x4469, 0x17, 0x2D, 0xD, 5, 0x23, 0x12, 0x2B, 0xFF01, 0xB, 0xA, 0x15]
SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]


def test_a_browsers_hello_has_the_known_fingerprint() -> None:
    assert ja4(0x0304, SUITES, EXTENSIONS, SIGNATURES, b"h2") == "t13d1516h2_8daaf6152771_e5627efa2ab1"


def test_greased_and_shuffled_it_stays_the_same() -> None:
    assert grease(0x1A1A)
    assert not grease(0x1A2A)
    greased = ja4(0x0304, [0x0A0A, *SUITES[::-1]], [*EXTENSIONS[::-1], 0xFAFA], SIGNATURES, b"h2")

    assert greased == "t13d1516h2_8daaf6152771_e5627efa2ab1"


def test_what_is_not_there_has_its_place_held() -> None:
    assert ja4(0x9999, [], [], [], None) == "t00i000000_000000000000_000000000000"
    assert ja4(0x0303, [], [], [], b"\xab\xcd")[8:10] == "ad"
