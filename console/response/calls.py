"""Steps that ask another server: only named hosts, GET and POST, once by meaning however often it is tried."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from console.office.http import Answer
from console.response.cacao.document import Playbook, Step
from console.response.cacao.variables import filled

LEASE: Final = timedelta(seconds=60)
MOST_TRIES: Final = 5
MOST_ANSWER: Final = 64 * 1024
KEPT: Final = 4_000
_LINE: Final = re.compile(r"(GET|POST) (\S{1,2000})( HTTP/?\d(\.\d)?)?")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
# Headers of a playbook that would speak for us or break the request.
_OURS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "idempotency-key"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request, ready to be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer means for the step: done, to be tried again, or failed."""

    outcome: str
    note: str
    text: str = ""


def call_of(
    playbook: Playbook, step: Step, content: Mapping[str, Any], values: Mapping[str, Any], allowed: str, key: str
) -> Call:
    """The request of a command. ValueError, with a sentence, for one that may not or cannot be sent."""
    line = _LINE.fullmatch(str(content.get("command", "")).strip())
    if line is None:
        raise ValueError("an http-api command is a line such as `GET /path HTTP/1.1`, with GET or POST")
    url = _address(playbook, step, values) + "/" + line[2].lstrip("/")
    parts = urlsplit(url)
    if parts.username or parts.password or parts.hostname is None or parts.scheme not in ("http", "https"):
        raise ValueError(f"{url[:200]} is no address that can be asked")
    if not _is_allowed(parts.hostname, parts.port, allowed):
        raise ValueError(f"{parts.netloc} is not on the list of servers that may be asked (office.toml [response])")
    headers = {"Idempotency-Key": key, **_headers(content.get("headers"))}
    return Call(line[1], url, headers, _body(content) if line[1] == "POST" else None)


def meaning(answer: Answer) -> Answered:
    """Whether an answer ends the step."""
    text = answer.body[:KEPT].decode("utf-8", "replace")
    if 200 <= answer.status < 300:
        return Answered("done", f"HTTP {answer.status}", text)
    if answer.status >= 500 or answer.status in (408, 425, 429):
        return Answered("again", f"HTTP {answer.status}")
    return Answered("failed", f"HTTP {answer.status}")


def pause(attempts: int) -> timedelta:
    """How long to wait before trying again: 5 s, 10 s, 20 s, 40 s."""
    return timedelta(seconds=5 * 2 ** max(0, attempts - 1))


def _address(playbook: Playbook, step: Step, values: Mapping[str, Any]) -> str:
    """Scheme and host of the first target, or the agent, that has an address."""
    for name in (*step.targets, step.agent):
        party = playbook.party(name) if name else None
        address = filled(party.content.get("address"), values) if party else None
        if party is None or not isinstance(address, Mapping):
            continue
        port = str(party.content.get("port") or "")
        if port and not port.isdigit():
            raise ValueError(f"{port[:20]!r} is no port")
        for kind in ("url", "dname", "ipv4"):
            listed = address.get(kind)
            if isinstance(listed, list) and listed and isinstance(listed[0], str):
                if kind == "url":
                    return listed[0].rstrip("/")
                scheme = "http" if port in ("80", "8080") else "https"
                return f"{scheme}://{listed[0]}" + (f":{port}" if port else "")
    raise ValueError("neither target nor agent has an address")


def _is_allowed(host: str, port: int | None, allowed: str) -> bool:
    listed = {one.strip().lower() for one in allowed.split(",") if one.strip()}
    name = host.lower()
    return f"{name}:{port}" in listed if port else name in listed


def _headers(given: object) -> dict[str, str]:
    found = {}
    for name, values in given.items() if isinstance(given, Mapping) else ():
        value = ", ".join(str(one) for one in values) if isinstance(values, list) else str(values)
        if not _HEADER.fullmatch(str(name)) or re.search(r"[\r\n\0]", value) or len(value) > 2000:
            raise ValueError(f"the header {str(name)[:60]!r} cannot be sent")
        if str(name).lower() not in _OURS:
            found[str(name)] = value
    return found


def _body(content: Mapping[str, Any]) -> bytes:
    if "content_b64" in content:
        try:
            return base64.b64decode(str(content["content_b64"]), validate=True)
        except binascii.Error as error:
            raise ValueError("content_b64 is no base64") from error
    return str(content.get("content", "")).encode()
