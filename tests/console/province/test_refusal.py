"""Refusals."""

from __future__ import annotations

from console.province.refusal import Refusal


def test_a_refusal_is_one_sentence_with_a_code() -> None:
    refused = Refusal("size", "the message is too large")

    assert (str(refused), refused.code, refused.retry) == ("the message is too large", "size", False)
