"""SM2 keys and signatures."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from console.province import sm2

PRIVATE = sm2.new_private()


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_a_signature_is_r_and_s_and_fits_its_content_alone(content: bytes) -> None:
    signature = sm2.sign(PRIVATE, content)

    assert len(signature) == 64
    assert sm2.verified(sm2.public_of(PRIVATE), content, signature)
    assert not sm2.verified(sm2.public_of(PRIVATE), content + b"\x00", signature)


@given(st.binary(max_size=80))
def test_nonsense_is_no_signature_and_no_key(content: bytes) -> None:
    assert not sm2.verified(sm2.public_of(PRIVATE), b"x", content)
    assert not sm2.is_public(content)
    assert not sm2.is_private(content)


def test_a_point_off_the_curve_is_no_key() -> None:
    assert not sm2.is_public(sm2.public_of(PRIVATE)[:-1] + b"\x00")
