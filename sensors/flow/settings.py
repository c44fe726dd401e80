"""What a person may set about metering."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


def setting(default: Any, meaning: str) -> Any:
    """A field with the sentence that explains it."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class MeterSettings:
    """Timeouts and limits of one meter. ValueError says which is out of its range."""

    idle_timeout: timedelta = setting(timedelta(seconds=120), "A flow ends when nothing was seen of it for this long.")
    active_timeout: timedelta = setting(timedelta(seconds=1800), "A longer flow is written in parts of this length.")
    closed_timeout: timedelta = setting(
        timedelta(seconds=5), "How long a TCP connection that was closed still takes late packets."
    )
    max_flows: int = setting(1_000_000, "Flows held at once; beyond it the oldest is written out as `evicted`.")
    vlan_in_key: bool = setting(False, "Whether equal addresses in two VLANs are two flows.")
    decapsulate: bool = setting(True, "Whether packets inside tunnels are metered instead of the tunnel.")
    message_bytes: int = setting(8192, "First bytes kept of each HTTP message, and twice that of a TLS handshake.")
    messages: int = setting(256, "HTTP messages looked into per flow.")
    max_conversations: int = setting(20_000, "HTTP, TLS and DNS conversations held at once.")
    chunk_bytes: int = setting(512 * 1024, "Bytes read from a capture at a time.")
    batch_rows: int = setting(65_536, "Most rows of one batch of events.")
    seed: int = setting(0, "Start of the flow table's hash: unpredictable where packets are hostile.")

    def __post_init__(self) -> None:
        for name in ("idle_timeout", "active_timeout", "closed_timeout"):
            if not timedelta(0) < getattr(self, name) <= timedelta(days=366):
                raise ValueError(f"{name} is {getattr(self, name)}; give more than zero and at most 366 days")
        for name, least, most in (
            ("max_flows", 1, 50_000_000),
            ("message_bytes", 512, 1 << 20),
            ("messages", 1, 1 << 20),
            ("max_conversations", 1, 10_000_000),
            ("chunk_bytes", 1, 64 << 20),
            ("batch_rows", 1, 1_000_000),
            ("seed", 0, (1 << 31) - 1),
        ):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}; give {least} to {most}")


def microseconds(span: timedelta) -> int:
    """A span in whole microseconds."""
    return span // timedelta(microseconds=1)
