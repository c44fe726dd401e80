"""Our key in the data folder, and the peer's public keys that are pinned."""

from __future__ import annotations

import base64
import binascii
import os
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from console.province.refusal import Refusal
from console.province.signing import (
    KeyProblem,
    SignatureProvider,
    alg_of,
    header_of,
    key_id,
    new_private,
    signer,
    verified,
)

_BLOCK: Final = re.compile(r"(?s)-----BEGIN PUBLIC KEY-----(.+?)-----END PUBLIC KEY-----")
_LIMIT: Final = re.compile(r"(?im)^(not-before|not-after):\s*(\S+)\s*$")
PEER_FILE: Final = "peer.pem"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A public key of the peer, and when it is good."""

    kid: str
    alg: str
    public: bytes
    not_before: datetime | None = None
    not_after: datetime | None = None


def our_key(keys: Path, alg: str) -> SignatureProvider:
    """Our key of this kind, made at first need, readable by its owner only; its public half lies beside it.

    KeyProblem for a kind that is not known or a file that is none.
    """
    path = keys / f"link-{alg.lower()}.pem"
    if not path.exists():
        _make(path, alg)
    found = signer(_from_pem(path.read_text("ascii"), "PRIVATE KEY", path))
    public = path.with_suffix(".pub.pem")
    if not public.exists():
        public.write_text(public_pem(found.public), "ascii")
    return found


def peer_file(data: Path, setting: str) -> Path:
    """Where the peer's public keys lie: the file the office named, beside the data folder's own by default."""
    return (data / setting) if setting else data / "keys" / PEER_FILE


def pinned(path: Path) -> tuple[Pinned, ...]:
    """The keys of a file; during a rotation it holds the old and the new one. None is no error: the link is not up.

    Lines `not-before: 2026-11-01T00:00:00+08:00` and `not-after: …` above a key limit it. KeyProblem for a bad file.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"{path.name} cannot be read: {error}") from error
    found, start = [], 0
    for block in _BLOCK.finditer(text):
        limits = {name.lower(): _moment(value, path) for name, value in _LIMIT.findall(text[start : block.start()])}
        public = _decoded(block[1], path)
        found.append(Pinned(key_id(public), alg_of(public), public, limits.get("not-before"), limits.get("not-after")))
        start = block.end()
    if not found:
        raise KeyProblem(f"{path.name} holds no public key; put the peer's PEM file there")
    return tuple(found)


def check(keys: Sequence[Pinned], content: bytes, signature: object, at: datetime) -> Pinned:
    """The pinned key that signed the content. Refusal when none did, or not as pinned."""
    header = header_of(signature) if isinstance(signature, str) else None
    if header is None or not isinstance(signature, str):
        raise Refusal("signature", "the message carries no detached JWS signature")
    key = next((one for one in keys if one.kid == header.get("kid")), None)
    if key is None:
        raise Refusal("key", "the message is signed with a key that is not pinned here")
    if header.get("alg") != key.alg or set(header) - {"alg", "kid", "typ"}:
        raise Refusal("alg", f"the signature must be {key.alg} as pinned, not {header.get('alg')!r}")
    if key.not_before is not None and at < key.not_before:
        raise Refusal("key", "the key of this message is not good yet", retry=True)
    if key.not_after is not None and at >= key.not_after:
        raise Refusal("key", "the key of this message has expired; the sender must sign with its new key")
    if not verified(key.alg, key.public, content, signature):
        raise Refusal("signature", "the signature does not fit the message; it was changed on the way")
    return key


def public_pem(public: bytes) -> str:
    """A public key as PEM."""
    return _pem(public, "PUBLIC KEY")


def _make(path: Path, alg: str) -> None:
    text = _pem(new_private(alg), "PRIVATE KEY")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as target:
        target.write(text)
    try:
        # The desk and the clerk may both be first: one of them wins, and both use its key.
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def _pem(der: bytes, name: str) -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN {name}-----\n{body}\n-----END {name}-----\n"


def _from_pem(text: str, name: str, path: Path) -> bytes:
    block = re.search(rf"(?s)-----BEGIN {name}-----(.+?)-----END {name}-----", text)
    if block is None:
        raise KeyProblem(f"{path.name} holds no {name.lower()}")
    return _decoded(block[1], path)


def _decoded(text: str, path: Path) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise KeyProblem(f"{path.name} is damaged: a key in it is not base64") from error


def _moment(text: str, path: Path) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise KeyProblem(f"{path.name}: {text!r} is no moment with a time zone, such as 2026-11-01T00:00:00+08:00")
    return found
