"""What a check is given: one site, the means to ask it, and what is known of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sensors.probe.baseline import BaselineStore
from sensors.probe.exposure.rule import Rule
from sensors.probe.fetch import Fetcher
from sensors.probe.handshake import Prober
from sensors.probe.resolve import Resolver
from sensors.probe.scope import SiteScope
from sensors.probe.settings import ProbeSettings
from sensors.probe.vocabulary import Words


@dataclass(frozen=True, slots=True)
class Means:
    """What a sensor asks sites with."""

    fetcher: Fetcher
    prober: Prober
    resolver: Resolver
    baselines: BaselineStore
    words: Words
    rules: tuple[Rule, ...]
    settings: ProbeSettings
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    token: Callable[[], str]  # a word no site has a page for


@dataclass(frozen=True, slots=True)
class Visit:
    """One run of a check family on one site. `only` narrows an ordered re-test to one check."""

    entry: SiteScope
    means: Means
    only: str | None = None

    @property
    def home(self) -> str:
        """The home page."""
        return self.entry.urls[0]

    def secure(self) -> tuple[str, int] | None:
        """Host and port where TLS is to be expected inside the scope, or None when the scope has no such port."""
        for url in self.entry.urls:
            parts = urlsplit(url)
            if parts.scheme == "https" and parts.hostname:
                return parts.hostname, parts.port or 443
        plain = {urlsplit(url).port or 80 for url in self.entry.urls}
        others = sorted(self.entry.ports - plain, key=lambda port: (port != 443, port % 1000 != 443, port))
        host = urlsplit(self.home).hostname or ""
        return (host, others[0]) if others else None
