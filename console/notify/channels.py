"""The ways out to people: a webhook, mail, and a plain command. Each says whom it reaches and how it sends."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shlex
import smtplib
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from console.notify.parcel import Parcel, document
from console.office.http import Unreached, ask
from console.office.settings import Channels

TIMEOUT: Final = 5.0
COMMAND_TIMEOUT: Final = 15.0
SIGNATURE: Final = "x-gongga-signature"
TIMESTAMP: Final = "x-gongga-timestamp"
_MAILBOX: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\"]{1,190}")


class NotDelivered(RuntimeError):
    """The channel did not take it; trying again later may help."""


class NotTaken(NotDelivered):
    """The channel works and would not have this one message: the others need not wait for it."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out. `send` takes one parcel, or several where `digests`, and returns what the other side said."""

    is_set: Callable[[Channels], bool]
    reaches: Callable[[Mapping[str, str]], bool]
    send: Callable[[Channels, Sequence[Parcel], datetime], str]
    digests: bool = False


def post(settings: Channels, parcels: Sequence[Parcel], at: datetime) -> str:
    """POST as JSON, signed: HMAC-SHA256 over `timestamp.body` with the webhook's secret."""
    single = len(parcels) == 1
    values = document(parcels[0]) if single else {"digest": True, "messages": [document(one) for one in parcels]}
    body = json.dumps(values, ensure_ascii=False).encode()
    key = parcels[0].key if single else hashlib.sha256("\n".join(one.key for one in parcels).encode()).hexdigest()
    stamp = str(int(at.timestamp()))
    headers = {
        "content-type": "application/json",
        "idempotency-key": hashlib.sha256(key.encode()).hexdigest()[:40] if not key.isascii() else key,
        TIMESTAMP: stamp,
        SIGNATURE: sign(settings.webhook_secret, stamp, body),
    }
    try:
        answer = ask("POST", settings.webhook, body, headers, timeout=TIMEOUT, most=64 * 1024)
    except Unreached as error:
        # The address may carry the robot's key: it is not for everybody who reads the attempts.
        raise NotDelivered(str(error).replace(settings.webhook, _shown(settings.webhook))) from error
    if not 200 <= answer.status < 300:
        raise NotDelivered(f"the webhook answered {answer.status}")
    return str(answer.status)


def _shown(address: str) -> str:
    """An address without what only its owner should know: path, query, name and password."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/…"


def sign(secret: str, stamp: str, body: bytes) -> str:
    """The value of the signature's header."""
    return "sha256=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def mail(settings: Channels, parcels: Sequence[Parcel], _at: datetime) -> str:
    """Hand one mail to the server; its Message-ID is the message's key, so that a second one is known as the same."""
    letter = _letter(settings, parcels[0])
    host, _, port = settings.smtp.partition(":")
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=TIMEOUT) as server:
            server.send_message(letter)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError, smtplib.SMTPDataError) as error:
        raise NotTaken(f"{settings.smtp}: {error}") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotDelivered(f"{settings.smtp}: {error}") from error
    return "accepted"


def _letter(settings: Channels, parcel: Parcel) -> EmailMessage:
    """The mail of a parcel. NotTaken for an address that is none."""
    letter = EmailMessage()
    address = parcel.addresses["email"]
    if not _MAILBOX.fullmatch(address):
        # The library stumbles over some of them, and a line feed or a comma would reach people nobody named.
        raise NotTaken(f"{address[:80]!r} is no mail address; mend it where the person is registered")
    letter["From"], letter["To"] = settings.sender, address
    letter["Subject"] = " ".join(parcel.subject.split())
    letter["Message-ID"] = f"<{hashlib.sha256(parcel.key.encode()).hexdigest()[:32]}@gongga>"
    if parcel.urgent:
        letter["X-Priority"] = "1"
    letter.set_content(parcel.text)
    return letter


def run(settings: Channels, parcels: Sequence[Parcel], _at: datetime) -> str:
    """Give the message as JSON to the program's standard input; no shell takes part. Exit 0 is delivered."""
    body = json.dumps(document(parcels[0]), ensure_ascii=False).encode() + b"\n"
    try:
        done = subprocess.run(
            program(settings.command), input=body, capture_output=True, timeout=COMMAND_TIMEOUT, check=False
        )
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise NotDelivered(f"{settings.command}: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()[:300]
        raise NotDelivered(f"{settings.command} ended with {done.returncode}: {said}")
    return "exit 0"


def program(command: str) -> list[str]:
    """A program by its path, which may hold blanks, or with arguments after it."""
    return [command] if Path(command).is_file() else shlex.split(command)


CHANNELS: Final[Mapping[str, Channel]] = {
    "webhook": Channel(lambda settings: bool(settings.webhook), lambda _to: True, post, digests=True),
    "mail": Channel(lambda settings: bool(settings.smtp), lambda to: "@" in to.get("email", ""), mail),
    "command": Channel(lambda settings: bool(settings.command), lambda _to: True, run),
}


def is_any_set(settings: Channels) -> bool:
    """Whether the office has any way out at all."""
    return any(channel.is_set(settings) for channel in CHANNELS.values())
