"""The normal form of values."""

from __future__ import annotations

import pytest

from analytics.intel.normal import NotNormal, address, domain, sha256, url


def test_an_address_is_canonical_and_a_mapped_one_is_undressed() -> None:
    assert address("::ffff:198.51.100.7").value == "198.51.100.7"
    assert address("2001:0DB8:0:0::1").value == "2001:db8::1"
    assert (address("198.51.100.9/24").kind, address("198.51.100.9/24").value) == ("ipv4", "198.51.100.0/24")


def test_a_homoglyph_stays_another_name() -> None:
    assert domain("gаnzi.test").value == "xn--gnzi-53d.test"
    # full-width letters are the same letters
    assert domain("ＧＡＮＺＩ.test").value == "ganzi.test"


def test_a_web_address_keeps_host_path_and_query() -> None:
    assert url("HTTP://User:pw@A.Test:80/P?q#f").value == "a.test/P?q"
    assert url("https://198.51.100.7").value == "198.51.100.7/"
    assert url("http://例子.test/").value == "xn--fsqu00a.test/"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((address, text) for text in ("", "1.2.3", "1.2.3.4/33", "x")),
        *((domain, text) for text in ("", ".", "a..b", "1.2.3.4", "-a.test", "a b", "x" * 64 + ".test", "é" * 5000)),
        *(
            (url, text)
            for text in ("", "ftp://a.test/", "http://", "http://a b/", "http://[::1", "http://a/" + "x" * 600)
        ),
        *((sha256, text) for text in ("", "ab", "g" * 64)),
    ],
)
def test_what_is_not_of_its_kind_is_refused(read: object, text: str) -> None:
    with pytest.raises(NotNormal):
        read(text)  # type: ignore[operator]
