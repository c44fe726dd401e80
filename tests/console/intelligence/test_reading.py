"""Reading what others sent."""

from __future__ import annotations

import pytest

from analytics.intel.policy import load_markings
from console.intelligence.reading import DEEPEST, MOST_BYTES, NotTaken, objects_of, parse, plain, read_object, too_deep
from tests.factories import NOON
from tests.intel_values import GREEN, indicator


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b"[" * 100_000, "json"),
        (b'{"a": NaN}', "json"),
        (b"\xff", "json"),
        (b"[]", "bundle"),
        (b" " * (MOST_BYTES + 1), "size"),
    ],
)
def test_what_is_no_bundle_of_json_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(NotTaken) as caught:
        parse(content)
    assert caught.value.code == code


def test_an_envelope_of_taxii_is_read_like_a_bundle() -> None:
    assert objects_of({"more": False, "objects": [1]}) == [1]
    assert objects_of({"type": "bundle", "id": "x"}) == []
    with pytest.raises(NotTaken):
        objects_of({"more": False})


def test_depth_is_counted_exactly() -> None:
    nested: object = {}
    for _ in range(DEEPEST - 1):
        nested = [nested]
    assert not too_deep(nested)
    assert too_deep([nested])


def test_labels_are_named_and_unknown_ones_stay_what_they_are() -> None:
    sent = read_object(indicator(1, object_marking_refs=[GREEN, "marking-definition--x"]), load_markings(), NOON)

    assert sent.labels == {"green", "marking-definition--x"}


def test_text_loses_what_could_deceive_the_eye() -> None:
    assert plain("a\x00b\u202egpj.exe\n") == "a b gpj.exe"
