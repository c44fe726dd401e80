"""Sealing and opening envelopes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.province.envelope import (
    MOST_BYTES,
    Attachment,
    Envelope,
    canonical,
    document,
    opened,
    parsed,
    seal,
)
from console.province.refusal import Refusal
from tests.console.province.linkside import OURS, SM2, THEIRS, envelope, pin
from tests.factories import at

KEYS = (pin(THEIRS), pin(SM2))


def code_of(wire: bytes, seconds: float = 0) -> str:
    with pytest.raises(Refusal) as refused:
        opened(wire, KEYS, at(seconds))
    assert "\n" not in refused.value.sentence
    return refused.value.code


def signed(change: dict[str, Any], drop: tuple[str, ...] = ()) -> bytes:
    """A message whose envelope was changed before the province signed it."""
    inner = {key: value for key, value in (document(envelope()) | change).items() if key not in drop}
    return json.dumps({"envelope": inner, "signature": THEIRS.sign(canonical(inner))}).encode()


@pytest.mark.parametrize("key", [THEIRS, SM2], ids=["Ed25519", "SM2"])
def test_what_was_sealed_is_opened_as_it_was(key: Any) -> None:
    said = envelope(attachments=(Attachment("图.png", "image/png", 3, "a" * 64),), extra={"later": [1, {"a": None}]})

    wire, digest = seal(said, key)
    found = opened(wire.encode(), KEYS, at(10))

    assert found.envelope == said
    assert (found.digest, found.wire) == (digest, wire)


def test_spacing_and_order_do_not_matter_but_every_value_does() -> None:
    wire, digest = seal(envelope(), THEIRS)
    loose = json.dumps(json.loads(wire), indent=2, sort_keys=True)

    assert opened(loose.encode(), KEYS, at(0)).digest == digest
    assert code_of(wire.replace("请核查", "请删除").encode()) == "signature"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_flipped_bit_never_passes(data: st.DataObject) -> None:
    said = envelope()
    wire = bytearray(seal(said, THEIRS)[0].encode())
    wire[data.draw(st.integers(0, len(wire) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    try:
        found = opened(bytes(wire), KEYS, at(0))
    except Refusal:
        return
    # Only what JSON ignores may have changed.
    assert found.envelope == said


def test_a_foreign_key_is_refused() -> None:
    assert code_of(seal(envelope(), OURS)[0].encode()) == "key"


def test_the_clock_of_the_sender_may_be_off_by_five_minutes_and_late_is_no_fault() -> None:
    wire = seal(envelope(), THEIRS)[0].encode()

    assert opened(wire, KEYS, at(-299))
    assert code_of(wire, -301) == "clock"
    assert opened(wire, KEYS, at(80 * 86400))
    assert code_of(wire, 90 * 86400) == "expired"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"critical": ["teleport"]}, "critical"),
        ({"critical": "exercise"}, "shape"),
        ({"iat": "9999-12-30T00:00:00+00:00", "exp": "9999-12-31T00:00:00+00:00"}, "shape"),
        ({"iat": "0001-01-01T00:00:00+08:00", "exp": "0001-01-02T00:00:00+08:00"}, "shape"),
        ({"schema": "other"}, "shape"),
        ({"schema_version": 3}, "version"),
        ({"schema_version": True}, "version"),
        ({"seq": 0}, "shape"),
        ({"seq": 1.5}, "shape"),
        ({"message_id": "7"}, "shape"),
        ({"kind": "a b"}, "shape"),
        ({"iat": "yesterday"}, "shape"),
        ({"iat": "2026-11-23T12:00:00"}, "shape"),
        ({"exp": "2028-11-23T12:00:00+00:00"}, "shape"),
        ({"body": []}, "shape"),
        ({"marking": ""}, "shape"),
        ({"exercise": "no"}, "shape"),
        ({"attachments": [{"name": "a", "media_type": "b", "size": -1, "sha256": "a" * 64}]}, "attachment"),
        ({"attachments": [{"name": "a", "media_type": "b", "size": 1, "sha256": "x"}]}, "attachment"),
        ({"attachments": [{}] * 21}, "attachment"),
    ],
)
def test_a_signed_envelope_that_is_not_in_order_is_refused(change: dict[str, Any], code: str) -> None:
    assert code_of(signed(change)) == code


def test_what_is_understood_may_be_insisted_on() -> None:
    assert opened(signed({"critical": ["exercise"], "exercise": True}), KEYS, at(0)).envelope.exercise


def test_the_version_before_is_read_and_written() -> None:
    before = replace(envelope(), version=1, extra={"hint": 1})

    found = opened(seal(before, THEIRS)[0].encode(), KEYS, at(0))

    assert found.envelope == before
    assert "exercise" not in document(before)
    with pytest.raises(Refusal, match="knows neither exercises"):
        seal(replace(before, exercise=True), THEIRS)


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (b"", "shape"),
        (b"[]", "shape"),
        (b"{}", "shape"),
        (b"\xff\xfe", "shape"),
        (b'{"a": NaN}', "shape"),
        (b'{"a": 1, "a": 2}', "shape"),
        (b"[" * 5000, "depth"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "depth"),
        (b'{"envelope": {"seq": ' + b"9" * 5000 + b"}}", "shape"),
        (b'"' + b'\\"' * 200_000, "shape"),
        (b" " * (MOST_BYTES + 1), "size"),
    ],
)
def test_what_is_no_message_is_refused_before_anything_is_read(wire: bytes, code: str) -> None:
    assert code_of(wire) == code


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_only_ever_refused(noise: bytes) -> None:
    with pytest.raises(Refusal):
        opened(noise, KEYS, at(0))


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)))
def test_the_depth_is_counted_outside_of_strings(value: Any) -> None:
    assert parsed(json.dumps({"a": value, "b": '[[[[{{{{"' * 20}).encode())["a"] == value


def test_a_body_too_large_to_send_is_refused_at_home() -> None:
    with pytest.raises(Refusal, match="as an attachment"):
        seal(envelope(body={"text": "x" * MOST_BYTES}), THEIRS)


def test_an_envelope_is_good_for_longer_than_any_cut_of_the_link() -> None:
    said: Envelope = envelope(expires_at=at(0) + timedelta(days=180))

    assert opened(seal(said, THEIRS)[0].encode(), KEYS, at(170 * 86400)).envelope == said
