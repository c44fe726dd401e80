"""Signatures behind one port: detached JWS (RFC 7515, appendix F) by Ed25519 (RFC 9864) or by SM2 with SM3."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from console.province import sm2

_MOST_HEADER: Final = 400


class SignatureProvider(Protocol):
    """Signs for us. A hardware module takes this place where 密评 asks for a certified one."""

    @property
    def alg(self) -> str: ...
    @property
    def kid(self) -> str: ...
    @property
    def public(self) -> bytes:
        """The public key as SubjectPublicKeyInfo, DER."""
        ...

    def sign(self, content: bytes) -> str:
        """A detached JWS over the content."""
        ...


class KeyProblem(ValueError):
    """Not a key that can be used here."""


def key_id(public: bytes) -> str:
    """The name of a public key: the head of the SHA-256 of its DER."""
    return hashlib.sha256(public).hexdigest()[:24]


@dataclass(frozen=True)
class Ed25519Signer:
    """Signs with an Ed25519 key given as PKCS #8, DER."""

    private: bytes
    alg: str = "Ed25519"

    @cached_property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def kid(self) -> str:
        return key_id(self.public)

    def sign(self, content: bytes) -> str:
        """A detached JWS over the content."""
        header = {"alg": self.alg, "kid": self.kid}
        whole = jws.serialize_compact(header, content, self._jwk, algorithms=[self.alg])
        return jws.detach_content(whole)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        key = load_der_private_key(self.private, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyProblem("this is no Ed25519 key")
        return key

    @cached_property
    def _jwk(self) -> OKPKey:
        return OKPKey.import_key(self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@dataclass(frozen=True)
class Sm2Signer:
    """Signs with an SM2 key given as PKCS #8, DER; the digest is SM3 with the default signer id."""

    private: bytes
    alg: str = "SM2"

    @cached_property
    def public(self) -> bytes:
        return sm2.public_of(self.private)

    @cached_property
    def kid(self) -> str:
        return key_id(self.public)

    def sign(self, content: bytes) -> str:
        """A detached JWS over the content; the signature is r and s, 32 octets each."""
        head = encoded(json.dumps({"alg": self.alg, "kid": self.kid}, separators=(",", ":")).encode())
        signature = sm2.sign(self.private, f"{head}.{encoded(content)}".encode())
        return f"{head}..{encoded(signature)}"


def verified(alg: str, public: bytes, content: bytes, signature: str) -> bool:
    """Whether a detached JWS is this key's over this content. The caller has compared `alg` with the header's."""
    return _VERIFY[alg](public, content, signature)


def header_of(signature: str) -> Mapping[str, Any] | None:
    """The header of a detached JWS; None when it is none."""
    parts = signature.split(".")
    if len(parts) != 3 or parts[1] or len(parts[0]) > _MOST_HEADER:
        return None
    try:
        found = json.loads(decoded(parts[0]))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def encoded(content: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The octets of base64url. ValueError for what is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def new_private(alg: str) -> bytes:
    """A new private key as PKCS #8, DER. ValueError for an algorithm that is not known."""
    if alg == "Ed25519":
        return Ed25519PrivateKey.generate().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    if alg == "SM2":
        return sm2.new_private()
    raise KeyProblem(f"the signature {alg!r} is not known; use Ed25519 or SM2")


def signer(private: bytes) -> SignatureProvider:
    """The provider of a private key, whichever kind it is. KeyProblem for another."""
    if sm2.is_private(private):
        return Sm2Signer(private)
    try:
        found = Ed25519Signer(private)
        found.public  # noqa: B018  reads the key now, so that a wrong one fails here
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyProblem("this private key is neither Ed25519 nor SM2") from error
    return found


def alg_of(public: bytes) -> str:
    """The algorithm of a public key. KeyProblem for another than ours."""
    if sm2.is_public(public):
        return "SM2"
    try:
        if isinstance(load_der_public_key(public), Ed25519PublicKey):
            return "Ed25519"
    except (ValueError, UnsupportedAlgorithm):
        pass
    raise KeyProblem("this public key is neither Ed25519 nor SM2")


def _ed25519(public: bytes, content: bytes, signature: str) -> bool:
    key = OKPKey.import_key(load_der_public_key(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    try:
        # Not joserfc's own detached form: its registry caps the content at 128 kB.
        head, _, last = signature.split(".")
        algorithm = jws.JWSRegistry.algorithms["Ed25519"]
        return bool(algorithm.verify(f"{head}.{encoded(content)}".encode(), decoded(last), key))
    except (JoseError, ValueError):
        return False


def _sm2(public: bytes, content: bytes, signature: str) -> bool:
    try:
        head, _, last = signature.split(".")
        return sm2.verified(public, f"{head}.{encoded(content)}".encode(), decoded(last))
    except ValueError:
        return False


_VERIFY: Final[Mapping[str, Callable[[bytes, bytes, str], bool]]] = {"Ed25519": _ed25519, "SM2": _sm2}
