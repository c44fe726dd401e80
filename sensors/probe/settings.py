"""What a probe may be told: every setting with its default and its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Final

FAMILIES: Final = ("availability", "dns", "tls", "headers", "content", "exposure")
PERIODS: Final[Mapping[str, timedelta]] = {
    "availability": timedelta(minutes=2),
    "dns": timedelta(minutes=10),
    "tls": timedelta(hours=6),
    "headers": timedelta(hours=6),
    "content": timedelta(minutes=30),
    "exposure": timedelta(days=1),
}
_5_S: Final = timedelta(seconds=5)
_15_S: Final = timedelta(seconds=15)
_1_MIN: Final = timedelta(minutes=1)
_RETRIES: Final = (timedelta(seconds=20), _1_MIN)


def says(meaning: str) -> dict[str, str]:
    """The metadata of a setting: what it is for."""
    return {"meaning": meaning}


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """How a probe behaves. Nothing here can widen the scope or add a method."""

    periods: Mapping[str, timedelta] = field(
        default_factory=lambda: dict(PERIODS), metadata=says("Time between two rounds, per check family.")
    )
    families: tuple[str, ...] = field(default=FAMILIES, metadata=says("Check families to run."))
    timeout: timedelta = field(default=_15_S, metadata=says("Longest time for one request, body included."))
    body_limit: int = field(
        default=1024 * 1024, metadata=says("Most bytes read of one body; the rest is left on the server.")
    )
    max_redirects: int = field(default=5, metadata=says("Most redirects followed inside the scope."))
    requests_per_second: float = field(
        default=1.0, metadata=says("Most requests a second to one address, over all sites on it.")
    )
    connections_per_address: int = field(default=1, metadata=says("Most connections to one address at a time."))
    concurrency: int = field(default=32, metadata=says("Most checks under way at a time."))
    name_servers: tuple[str, ...] = field(
        default=(), metadata=says("Name servers as `address` or `address:port`; empty: the system's.")
    )
    dns_timeout: timedelta = field(default=_5_S, metadata=says("Longest time to resolve a name."))
    ca_file: Path | None = field(
        default=None, metadata=says("PEM file of trusted roots; without it the system's store.")
    )
    unit: str = field(default="Gongga", metadata=says("Who probes: named in the User-Agent."))
    contact: str = field(
        default="", metadata=says("Page or mailbox for questions: named in the User-Agent and in `From`.")
    )
    retry_delays: tuple[timedelta, ...] = field(
        default=_RETRIES, metadata=says("Waits before the retries that make SUSPECT a DOWN.")
    )
    successes_to_recover: int = field(default=2, metadata=says("Successes in a row that make DOWN an UP."))
    confirm_delay: timedelta = field(default=_1_MIN, metadata=says("Wait before the second look at a changed page."))
    expiring_days: int = field(default=30, metadata=says("A certificate with at most so many days left is reported."))
    jitter: float = field(default=0.1, metadata=says("Share of a period by which a round may come earlier or later."))
    spread: timedelta = field(default=_1_MIN, metadata=says("First rounds of new sites are spread over this time."))
    batch_delay: timedelta = field(default=_5_S, metadata=says("Longest time a result waits to be handed over."))
    canaries: tuple[str, ...] = field(
        default=(), metadata=says("Addresses in scope that must answer, or failures of a round are void.")
    )
    auto_approve_first: bool = field(
        default=False, metadata=says("Approve a site's first clean page as its baseline (new installations).")
    )

    def __post_init__(self) -> None:
        """ValueError names the setting that cannot be."""
        nothing = timedelta(0)
        wrong = {
            "timeout": self.timeout <= nothing,
            "dns_timeout": self.dns_timeout <= nothing,
            "body_limit": self.body_limit < 1,
            "max_redirects": self.max_redirects < 0,
            "requests_per_second": self.requests_per_second <= 0,
            "connections_per_address": self.connections_per_address < 1,
            "concurrency": self.concurrency < 1,
            "jitter": not 0 <= self.jitter < 1,
            "periods": any(period <= nothing for period in self.periods.values()),
            "families": not set(self.families) <= set(FAMILIES),
        }
        for name, is_wrong in wrong.items():
            if is_wrong:
                raise ValueError(f"{name} cannot be {getattr(self, name)}; see what it means in the probe's settings")

    def user_agent(self) -> str:
        """The fixed User-Agent: who asks, and where to ask back."""
        return f"Mozilla/5.0 (compatible; GonggaProbe/1.0; {self.unit}{'; +' + self.contact if self.contact else ''})"

    def period(self, family: str) -> timedelta:
        """Time between two rounds of a family."""
        return self.periods.get(family, PERIODS[family])


def meanings() -> dict[str, str]:
    """Every setting with its meaning, for the documentation."""
    return {item.name: str(item.metadata["meaning"]) for item in fields(ProbeSettings)}
