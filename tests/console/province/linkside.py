"""Two parties for tests of the link: keys in memory, envelopes by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from console.province.envelope import Envelope
from console.province.keys import Pinned
from console.province.signing import SignatureProvider, new_private, signer
from console.province.uuid7 import uuid7
from tests.factories import at

US, PROVINCE = "gz-513300", "sc-510000"
# Made once: a key costs little, but every test needs two.
OURS: SignatureProvider = signer(new_private("Ed25519"))
THEIRS: SignatureProvider = signer(new_private("Ed25519"))
SM2: SignatureProvider = signer(new_private("SM2"))


def pin(key: SignatureProvider, **limits: Any) -> Pinned:
    """The pinned form of a key."""
    return Pinned(key.kid, key.alg, key.public, **limits)


def envelope(seq: int = 1, **values: Any) -> Envelope:
    """An instruction of the province to us, sealed at noon."""
    fields: dict[str, Any] = {
        "message_id": uuid7(at(seq)),
        "kind": "instruction",
        "sender": PROVINCE,
        "recipient": US,
        "seq": seq,
        "issued_at": at(0),
        "expires_at": at(0) + timedelta(days=90),
        "nonce": f"n-{seq}-{uuid7(at(seq))[-12:]}",
        "marking": "内部",
        "exercise": False,
        "body": {"number": f"川网指〔2026〕{seq}号", "kind": "verify", "title": "核查", "content": "请核查所列网站。"},
    }
    return Envelope(**fields | values)
