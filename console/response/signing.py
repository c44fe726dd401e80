"""Signatures of the desk itself over decisions: Ed25519 over a canonical text, with a key that is made at first use."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

FILE: Final = "response.key"


class BadKey(RuntimeError):
    """The key file is there and is no Ed25519 key; nothing can be signed until it is mended."""


class Signer:
    """Signs with the installation's key and checks what it signed."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> Ed25519PublicKey:
        return self._key.public_key()

    @property
    def key_id(self) -> str:
        """The first 32 hex digits of the SHA-256 of the public key: what is printed and compared."""
        raw = self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(raw).hexdigest()[:32]

    def sign(self, statement: str) -> str:
        """The signature over a text, as base64."""
        return base64.b64encode(self._key.sign(statement.encode())).decode()

    def holds(self, statement: str, signature: str) -> bool:
        """Whether this key signed this text."""
        try:
            self.public.verify(base64.b64decode(signature, validate=True), statement.encode())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


def canonical(value: Mapping[str, Any]) -> str:
    """Sorted keys, no blanks, no escapes: the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_signer(keys: Path) -> Signer:
    """The signer of an installation; its key is made when there is none, readable by its owner only. BadKey."""
    path = keys / FILE
    if not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise BadKey(f"{path.name} is no private key: {error}; restore it from the backup") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{path.name} is no Ed25519 key; restore it from the backup")
    return Signer(key)


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        # Whoever links first wins: two processes at their first use share one key.
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink(missing_ok=True)
