"""The second factor: time-based codes (RFC 6238), each good once."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
import segno
from markupsafe import Markup

_STEP: Final = 30
_SECRET: Final = re.compile(r"[A-Z2-7]{32}")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person scans to begin."""

    secret: str
    svg: Markup


def enrol(login: str) -> Enrolment:
    """A new secret, and its picture for the authenticator as inline SVG."""
    secret = pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Gongga")
    return Enrolment(secret, Markup(segno.make(address, error="m").svg_inline(scale=4, light="#fff")))  # noqa: S704


def is_secret(text: str) -> bool:
    return _SECRET.fullmatch(text) is not None


def accepted_step(secret: str, code: str, at: datetime, last_step: int | None) -> int | None:
    """The time step that a code proves, or None: wrong, too old, or used before. One step of clock skew is allowed."""
    digits = code.replace(" ", "")
    now = int(at.timestamp()) // _STEP
    for step in (now - 1, now, now + 1):
        right = hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), digits.encode())
        if right and (last_step is None or step > last_step):
            return step
    return None
