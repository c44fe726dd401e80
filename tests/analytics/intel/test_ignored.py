"""What is never watched."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from analytics.intel.ignored import ignored_by
from analytics.intel.normal import Value
from analytics.inventory.inventory import Network, Site, build

SITE = Site(
    *("kd-1", "u", "513301", "门户", "http://www.kd.test/"),
    hosts=("www.kd.test", "203.0.113.4"),
    addresses=("203.0.113.4", "203.0.113.128/28"),
    ports=(80,),
    rank="县级",
    protection_level=None,
    is_cii=False,
)
IGNORED = ignored_by(build([SITE], [Network(ip_network("198.51.100.0/28"), "出口网关", True)]))


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("ipv4", "203.0.113.4", "own"),
        ("ipv4", "203.0.113.130", "own"),
        ("ipv4", "198.51.100.9", "own"),
        ("ipv4", "198.51.0.0/16", "own"),
        ("ipv4", "192.168.3.4", "reserved"),
        ("ipv4", "127.0.0.1", "reserved"),
        ("ipv4", "0.0.0.0/0", "wide"),
        ("ipv6", "2000::/3", "wide"),
        ("ipv6", "fe80::1", "reserved"),
        ("ipv4", "114.114.114.114", "common"),
        ("ipv4", "114.114.114.0/24", "common"),
        ("domain", "www.kd.test", "own"),
        ("domain", "kd.test", "own"),
        ("domain", "old.www.kd.test", "own"),
        ("domain", "com.cn", "common"),
        ("domain", "baidu.com", "common"),
        ("domain", "www.baidu.com", "common"),
        ("domain", "printer.local", "reserved"),
        ("url", "www.kd.test/x", "own"),
        ("url", "203.0.113.4/x", "own"),
    ],
)
def test_infrastructure_is_refused_with_its_reason(kind: str, value: str, code: str) -> None:
    found = IGNORED.why(Value(kind, value))

    assert found is not None
    assert found[0] == code


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ipv4", "192.0.2.9"),
        ("ipv4", "192.0.2.0/24"),
        ("ipv6", "2001:db8::1"),
        ("domain", "evil.test"),
        ("domain", "xn--kd-vlc.test"),
        ("domain", "bucket.qq.com"),
        ("url", "www.baidu.com/link?to=evil"),
        ("sha256", "ab" * 32),
    ],
)
def test_the_rest_may_be_watched(kind: str, value: str) -> None:
    assert IGNORED.why(Value(kind, value)) is None
