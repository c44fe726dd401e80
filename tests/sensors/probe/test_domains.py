"""Hosts of links, and who they belong to."""

from __future__ import annotations

import pytest

from sensors.probe.domains import host_in, is_government, registrable


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https://A.example/x", "a.example"),
        ("//b.example", "b.example"),
        ("/local", "www.x.gov.cn"),
        ("javascript:void(0)", None),
        ("mailto:a@b.c", None),
        ("http://[bad", None),
    ],
)
def test_the_host_of_a_link(href: str, host: str | None) -> None:
    assert host_in("http://www.x.gov.cn/", href) == host


def test_what_somebody_registered() -> None:
    assert registrable("a.b.example.com.cn") == "example.com.cn"
    assert registrable("10.0.0.1") == "10.0.0.1"


def test_government_names() -> None:
    assert is_government("www.kangding.gov.cn")
    assert not is_government("gov.cn.evil.example")
