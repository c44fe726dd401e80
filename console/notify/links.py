"""One-time links to acknowledge a message: made from a key when it is sent, kept in the records as a hash only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

FILE: Final = "links.key"
# Where a message's text wants the link.
PLACE: Final = "{ack_link}"


def load_key(keys: Path) -> bytes:
    """The key that links are made from; made at first use, readable by its owner only."""
    path = keys / FILE
    if not path.exists():
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(os.urandom(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink(missing_ok=True)
    return path.read_bytes()


def token_of(key: bytes, message_key: str) -> str:
    """The token of a message: who has not the key cannot guess it."""
    made = hmac.new(key, b"acknowledge\0" + message_key.encode(), hashlib.sha256).digest()[:24]
    return base64.urlsafe_b64encode(made).decode()


def hash_of(token: str) -> str:
    """What the records keep of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def with_link(text: str, address: str, token: str) -> str:
    """A message's text with its link in place."""
    return text.replace(PLACE, f"{address.rstrip('/')}/a/{token}")
