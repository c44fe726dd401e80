"""SM2 with SM3 (GB/T 32918, 32905) by gmssl-pyx: keys as OpenSSL writes them, signatures as r and s of 32 octets.

An open library is no certified product (商用密码管理条例 第三十九条): where an assessment asks for one, a hardware
module takes the place of the signer.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from gmssl_pyx import (  # type: ignore[import-untyped]
    GmsslInnerError,
    InvalidValueError,
    normalize_sm2_public_key,
    sm2_key_generate,
    sm2_sign,
    sm2_verify,
)

# id-ecPublicKey with the curve 1.2.156.10197.1.301
_ALGORITHM: Final = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
_PUBLIC: Final = b"\x30\x59" + _ALGORITHM + bytes.fromhex("03420004")
_PRIVATE: Final = bytes.fromhex("308187020100") + _ALGORITHM + bytes.fromhex("046d306b0201010420")
_BETWEEN: Final = bytes.fromhex("a14403420004")


def new_private() -> bytes:
    """A new key as PKCS #8, DER."""
    point, number = sm2_key_generate()
    return _PRIVATE + bytes(number) + _BETWEEN + bytes(point)


def is_private(key: bytes) -> bool:
    """Whether this is an SM2 private key as OpenSSL writes it."""
    return len(key) == len(_PRIVATE) + 32 + len(_BETWEEN) + 64 and key.startswith(_PRIVATE)


def is_public(key: bytes) -> bool:
    """Whether this is an SM2 public key whose point lies on the curve."""
    if len(key) != len(_PUBLIC) + 64 or not key.startswith(_PUBLIC):
        return False
    try:
        normalize_sm2_public_key(key[-64:])
    except InvalidValueError:
        return False
    return True


def public_of(private: bytes) -> bytes:
    """The public key, DER."""
    return _PUBLIC + private[-64:]


def sign(private: bytes, content: bytes) -> bytes:
    """Sign; r and s."""
    number = private[len(_PRIVATE) : len(_PRIVATE) + 32]
    r, s = decode_dss_signature(sm2_sign(number, private[-64:], content))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verified(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether r and s are this key's over the content."""
    if len(signature) != 64 or not is_public(public):
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not r or not s:
        return False
    try:
        return bool(sm2_verify(public[-64:], content, encode_dss_signature(r, s)))
    except (InvalidValueError, GmsslInnerError):
        return False
