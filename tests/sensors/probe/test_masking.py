"""Excerpts hide what nobody should read."""

from __future__ import annotations

import pytest

from sensors.probe.masking import MOST, around, mask


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("spring.datasource.password=Hunter2!", "Hunter2"),
        ('"api_key": "abcdef123"', "abcdef123"),
        ("Authorization: Basic dXNlcjpwdw==", "dXNlcjpwdw"),
        ("jdbc:mysql://root:geheim@db/", "geheim"),
        ("身份证 513301199001011234", "199001011234"),
        ("电话 13812345678", "12345678"),
        ("邮箱 zhangsan@example.cn", "zhangsan"),
        ("LTAI5tAbCdEfGhIjKlMnOp", "AbCdEfGh"),
        ("hash " + "0123456789abcdef" * 2, "6789abcdef0123"),
    ],
)
def test_secrets_and_personal_numbers_are_hidden(text: str, secret: str) -> None:
    assert secret not in mask(text)
    assert "***" in mask(text)


def test_an_excerpt_is_one_bounded_line() -> None:
    assert mask("a\n b\t c") == "a b c"
    assert len(mask("长" * 5000)) == MOST
    assert len(around("x" * 9000, 0, 9000)) <= MOST
