"""The key a scope is signed with by hand: made at first use, for its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from sensors.probe.scope import ScopeError, public_pem


def public_path(path: Path) -> Path:
    """Where the public half of a key lies: `scope.key` has `scope.pub`."""
    return path.with_suffix(".pub") if path.suffix == ".key" else path.with_name(path.name + ".pub")


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key of a file, made with its public half when there is none. ScopeError when the file is no such key."""
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public_path(path).write_bytes(public_pem(fresh))
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise ScopeError(
            f"{path} is no private key without a passphrase; move it away and a new one is made"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ScopeError(f"{path} is no Ed25519 key; move it away and a new one is made")
    return key
