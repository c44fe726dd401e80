"""Community ID v1 of a five-tuple (github.com/corelight/community-id-spec)."""

from __future__ import annotations

import base64
import hashlib

_SEED = bytes(2)


def community_id(source: bytes, target: bytes, ports: tuple[int, int] | None, protocol: int, *, one_way: bool) -> str:
    """The id of a flow: addresses as packed bytes, ports (or ICMP type and counterpart) or none, seed 0."""
    ends = [(source, ports[0] if ports else 0), (target, ports[1] if ports else 0)]
    if not one_way and ends[0] > ends[1]:
        ends.reverse()
    parts = [_SEED, ends[0][0], ends[1][0], bytes((protocol, 0))]
    if ports is not None:
        parts += [ends[0][1].to_bytes(2, "big"), ends[1][1].to_bytes(2, "big")]
    return "1:" + base64.b64encode(hashlib.sha1(b"".join(parts), usedforsecurity=False).digest()).decode("ascii")
