"""What can be set of the web part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Limits and cookies; the defaults serve loopback and a plain-HTTP office network."""

    # Behind HTTPS: cookies only travel encrypted and browsers are told to stay there.
    https: bool = False
    # Least sized for an inventory sheet of a prefecture.
    max_body: int = 8 * 1024 * 1024
    # How often the live channel looks for changes, and how often it says that it lives, in seconds.
    live_poll: float = 0.5
    live_heartbeat: float = 15.0
    # The big screen: how often it looks for new numbers, how soon after a change, and how often it is sent whole.
    wall_every: float = 10.0
    wall_least: float = 2.0
    wall_whole: float = 60.0
