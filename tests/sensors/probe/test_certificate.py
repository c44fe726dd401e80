"""What a certificate says, and which names it covers."""

from __future__ import annotations

import hashlib

import pytest

from sensors.probe.certificate import certificate_of
from tests.probe_certificates import made


def test_names_dates_and_fingerprint_are_read() -> None:
    der, _ = made("www.x.example", "*.y.example", days=10)
    found = certificate_of(der)

    assert found.names == ("www.x.example", "*.y.example")
    assert (found.not_after - found.not_before).days == 11
    assert found.sha256 == hashlib.sha256(der).hexdigest().upper()
    assert found.self_signed() if callable(found.self_signed) else found.self_signed


@pytest.mark.parametrize(
    ("host", "covered"),
    [
        ("www.x.example", True),
        ("a.y.example", True),
        ("a.b.y.example", False),
        ("y.example", False),
        ("z.example", False),
    ],
)
def test_a_wildcard_stands_for_one_label(host: str, covered: bool) -> None:
    assert certificate_of(made("www.x.example", "*.y.example")[0]).covers(host) is covered


def test_bytes_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        certificate_of(b"nonsense")
