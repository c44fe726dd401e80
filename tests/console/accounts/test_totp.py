"""The second factor."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp

from console.accounts.totp import accepted_step, enrol, is_secret
from tests.factories import at

# RFC 6238, appendix B: the SHA-1 secret and its code at 59 s, cut to six digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_the_vector_of_the_rfc_is_accepted() -> None:
    assert accepted_step(RFC_SECRET, "287082", datetime.fromtimestamp(59, UTC), None) == 1


def test_a_code_works_once() -> None:
    code = pyotp.TOTP(RFC_SECRET).at(at(0))
    step = accepted_step(RFC_SECRET, code, at(0), None)

    assert step is not None
    assert accepted_step(RFC_SECRET, code, at(1), step) is None


def test_a_code_is_good_one_step_late_and_no_longer() -> None:
    code = pyotp.TOTP(RFC_SECRET).at(at(0))

    assert accepted_step(RFC_SECRET, code, at(30), None) is not None
    assert accepted_step(RFC_SECRET, code, at(90), None) is None


def test_what_is_no_code_is_refused() -> None:
    assert accepted_step(RFC_SECRET, "abc", at(0), None) is None
    assert accepted_step(RFC_SECRET, "１２３４５６", at(0), None) is None


def test_the_picture_needs_no_inline_style() -> None:
    enrolment = enrol("duty")

    assert is_secret(enrolment.secret)
    assert "<svg" in enrolment.svg
    assert "style=" not in enrolment.svg
