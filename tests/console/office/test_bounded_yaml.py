"""YAML that somebody handed in."""

from __future__ import annotations

import pytest

from console.office.bounded_yaml import MOST_BYTES, BadDocument, read_yaml


def test_plain_values_are_read() -> None:
    assert read_yaml("a: [1, {b: 字}]\n".encode(), "x.yml") == {"a": [1, {"b": "字"}]}


BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a: 1\na: 2\n", "x.yml: line 2: 'a' is written twice; keep one"),
        (BOMB, "x.yml: line 1: anchors and aliases are not taken; write the values out"),
        (b"[" * 50 + b"]" * 50, "x.yml: line 1: nested deeper than 20"),
        (b"- 1\n" * 21_000, "x.yml: more than 20000 parts"),
        (b"#" * (MOST_BYTES + 1), f"x.yml: {MOST_BYTES + 1} bytes; at most {MOST_BYTES} are taken"),
        (b"\xff\xfe", "x.yml: not UTF-8 at byte 0; save it as UTF-8"),
        (b"a: [1\n", "x.yml: line 2: expected ',' or ']', but got '<stream end>'; mend it"),
        (b"a: !!python/object:os.system {}\n", "x.yml: line 1: could not determine a constructor"),
        (b"a: 2026-13-45\n", "x.yml: month must be in 1..12; mend the value"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(BadDocument) as error:
        read_yaml(content, "x.yml")

    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)
