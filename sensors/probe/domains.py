"""Whose a host is: registrable domains by the Public Suffix List."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from publicsuffixlist import PublicSuffixList

from sensors.probe.resolve import literal_address
from sensors.probe.scope import host_of


@cache
def _suffixes() -> Any:
    return PublicSuffixList()


def registrable(host: str) -> str:
    """The part of a host name that somebody registered; an address is its own."""
    name = host_of(host)
    return name if literal_address(name) else str(_suffixes().privatesuffix(name) or name)


def host_in(base: str, href: str) -> str | None:
    """The host a link of a page points to, or None when it is no web link."""
    try:
        parts = urlsplit(urljoin(base, href.strip()))
    except ValueError:
        return None
    return host_of(parts.hostname) if parts.scheme in ("http", "https") and parts.hostname else None


def is_government(host: str) -> bool:
    """Whether a host lies under gov.cn or a government suffix in Chinese."""
    return host.endswith((".gov.cn", ".xn--mxtq1m", ".xn--zfr164b")) or host == "gov.cn"
