"""Receipts."""

from __future__ import annotations

import json

import pytest

from console.province.receipts import given, keep, made, read
from console.province.refusal import Refusal
from tests.console.province.linkside import OURS, THEIRS, US, Side, pin
from tests.factories import at


def test_a_receipt_is_read_by_whom_it_is_for(sides: tuple[Side, Side]) -> None:
    _, theirs = sides
    text = made(theirs.party, "m-1", "d" * 64, at(5), Refusal("seq", "number 1 is taken", retry=False))

    found = read(text.encode(), US, (pin(THEIRS),), at(6))

    assert (found.message_id, found.result, found.code, found.reason) == ("m-1", "refused", "seq", "number 1 is taken")
    assert found.at == at(5)


def test_a_forged_changed_or_misdirected_receipt_is_none(sides: tuple[Side, Side]) -> None:
    _, theirs = sides
    text = made(theirs.party, "m-1", "d" * 64, at(5))
    for content, us, keys in (
        (text, US, (pin(OURS),)),
        (text.replace("stored", "sto2ed"), US, (pin(THEIRS),)),
        (text, "someone", (pin(THEIRS),)),
        ('{"detail": "busy"}', US, (pin(THEIRS),)),
        ("<html>", US, (pin(THEIRS),)),
        (json.dumps({"receipt": {"schema": "gongga.receipt"}}), US, (pin(THEIRS),)),
    ):
        with pytest.raises(Refusal):
            read(content.encode(), us, keys, at(6))


def test_a_receipt_is_kept_once_and_a_different_one_replaces_it(sides: tuple[Side, Side]) -> None:
    ours, _ = sides

    with ours.engine.begin() as connection:

        def put(result: str, text: str) -> bool:
            return keep(connection, "m", "p", "given", "transport", result=result, at=at(0), now=at(0), text=text)

        assert [put("refused", "a"), put("refused", "b"), put("stored", "c")] == [True, False, True]
        assert given(connection, "m", "p") == "c"
        assert given(connection, "other", "p") is None
