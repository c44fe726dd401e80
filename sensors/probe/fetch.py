"""Fetching pages: GET, HEAD and OPTIONS and nothing else, inside the scope, bounded in bytes and time."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from sensors.probe.answer import Failure, Hop, Method, Page, Timings
from sensors.probe.gate import Gate, Target, Unreached
from sensors.probe.guarding import guard_reason
from sensors.probe.scope import Refusal
from sensors.probe.settings import ProbeSettings
from sensors.probe.text import decode
from sensors.probe.vocabulary import Vocabulary

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 64 * 1024


@dataclass(slots=True)
class _Clockwork:
    """Moments of one request, filled in by aiohttp's trace hooks."""

    begun: float = 0.0
    connecting: float = 0.0
    connected: float = 0.0
    sent: float = 0.0

    def trace(self) -> aiohttp.TraceConfig:
        config = aiohttp.TraceConfig()

        async def creating(*_: Any) -> None:
            self.connecting = time.perf_counter()

        async def created(*_: Any) -> None:
            self.connected = time.perf_counter()

        async def headers_sent(_session: Any, _context: SimpleNamespace, _params: Any) -> None:
            self.sent = time.perf_counter()

        config.on_connection_create_start.append(creating)
        config.on_connection_create_end.append(created)
        config.on_request_headers_sent.append(headers_sent)
        return config


class _Pinned(AbstractResolver):
    """Knows one name and the one address the gate allowed for it."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The pinned address; OSError for any other name."""
        target = self._target
        if host.rstrip(".").lower() != target.host:
            raise OSError(f"{host} is not the host that was admitted")
        kind = socket.AF_INET6 if ":" in target.address else socket.AF_INET
        return [
            ResolveResult(
                hostname=host, host=target.address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""
        return


def lenient_tls() -> ssl.SSLContext:
    """A client context that reads pages behind any certificate: what the certificate is worth is its own check, nothing
    secret is ever sent, and a site with an expired one must not escape its content checks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


@dataclass(slots=True)
class Fetcher:
    """Fetches pages through a gate."""

    gate: Gate
    settings: ProbeSettings
    guard: Vocabulary
    _tls: ssl.SSLContext = field(default_factory=lenient_tls)

    async def fetch(
        self,
        url: str,
        method: Method = Method.GET,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
        limit: int | None = None,
        same_host: bool = False,
    ) -> Page | Failure:
        """The page at an address, after redirects inside the scope; the first one outside is recorded, not followed."""
        hops: list[Hop] = []
        here = url
        while True:
            answer = await self._one(here, method, headers or {}, limit or self.settings.body_limit, tuple(hops))
            if not isinstance(answer, Page) or answer.status not in _REDIRECTS or not follow:
                return answer
            target = answer.header("location")
            if not target:
                return answer
            onward = urljoin(here, target.strip())
            refused = self._refusal(here, onward, len(hops), same_host)
            hops.append(Hop(onward, refused))
            if refused:
                return _with_hops(answer, tuple(hops))
            here = onward

    def _refusal(self, here: str, onward: str, so_far: int, same_host: bool) -> str | None:
        if so_far >= self.settings.max_redirects:
            return f"more than {self.settings.max_redirects} redirects"
        place = _place(onward)
        if isinstance(place, str):
            return place
        if same_host and place[0] != (urlsplit(here).hostname or ""):
            return "redirects to another host"
        asked = self.gate.asks(*place)
        return asked.reason if isinstance(asked, Refusal) else None

    async def _one(
        self, url: str, method: Method, headers: Mapping[str, str], limit: int, hops: tuple[Hop, ...]
    ) -> Page | Failure:
        place = _place(url)
        if isinstance(place, str):
            return Failure(url, "protocol", place, hops=hops)
        target = await self.gate.admit(*place)
        if isinstance(target, Unreached):
            return Failure(url, target.kind, target.reason, hops=hops)
        async with self.gate.turn(target) as refusal:
            if refusal:
                return Failure(url, "scope", refusal.reason, hops=hops)
            try:
                return await self._send(url, method, headers, limit, target, hops)
            except TimeoutError:
                seconds = self.settings.timeout.total_seconds()
                return Failure(url, "timeout", f"no answer within {seconds:g} s", target.address, hops)
            except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as error:
                return Failure(url, failure_kind(error), _words(error), target.address, hops)

    async def _send(
        self, url: str, method: Method, headers: Mapping[str, str], limit: int, target: Target, hops: tuple[Hop, ...]
    ) -> Page:
        clockwork = _Clockwork(begun=time.perf_counter())
        deadline = clockwork.begun + self.settings.timeout.total_seconds()
        connector = aiohttp.TCPConnector(resolver=_Pinned(target), limit=1, force_close=True, ssl=self._tls)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None),
                trace_configs=[clockwork.trace()],
            ) as session,
            asyncio.timeout(self.settings.timeout.total_seconds() + 1),
        ):
            async with asyncio.timeout_at(_loop_time(deadline)):
                response = await session.request(
                    method.value, url, headers=self._headers(headers), allow_redirects=False
                )
            first = time.perf_counter()
            body, cut = await _body(response, limit, deadline)
            response.close()
        return self._page(url, method, response, body, cut, target, clockwork, first, hops)

    def _page(
        self,
        url: str,
        method: Method,
        response: aiohttp.ClientResponse,
        body: bytes,
        cut: str | None,
        target: Target,
        clockwork: _Clockwork,
        first: float,
        hops: tuple[Hop, ...],
    ) -> Page:
        text = decode(body, response.headers.get("Content-Type", ""))
        timings = Timings(
            dns=target.dns_microseconds,
            connect=_micros(clockwork.connecting, clockwork.connected),
            first_byte=_micros(clockwork.sent, first),
            total=_micros(clockwork.begun, time.perf_counter()),
        )
        return Page(
            url=url,
            status=response.status,
            headers=tuple((str(key), str(value)) for key, value in response.headers.items()),
            body=body,
            text=text,
            address=target.address,
            timings=timings,
            hops=hops,
            cut=cut,
            blocked=guard_reason(response.status, text, self.guard),
            method=method.value,
        )

    def _headers(self, given: Mapping[str, str]) -> dict[str, str]:
        mine = {"User-Agent": self.settings.user_agent(), "Accept": "*/*", "Accept-Language": "zh-CN,zh;q=0.9"}
        if "@" in self.settings.contact:
            mine["From"] = self.settings.contact
        return {**given, **mine} if given else mine


def failure_kind(error: Exception) -> str:
    """The kind of failure an exception of the network stands for."""
    if isinstance(error, ssl.SSLError | aiohttp.ClientSSLError):
        return "tls"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connect"
    if isinstance(error, aiohttp.ClientError | ValueError | asyncio.IncompleteReadError):
        return "protocol"
    return "connect"


def _place(url: str) -> tuple[str, int] | str:
    """Host and port of an address, or why it cannot be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"not an address: {error}"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "not an http or https address"
    if parts.username or parts.password:
        return "an address with credentials is never asked"
    return parts.hostname, port or (443 if parts.scheme == "https" else 80)


async def _body(response: aiohttp.ClientResponse, limit: int, deadline: float) -> tuple[bytes, str | None]:
    kept = bytearray()
    try:
        async with asyncio.timeout_at(_loop_time(deadline)):
            async for chunk in response.content.iter_chunked(_CHUNK):
                kept += chunk
                if len(kept) > limit:
                    return bytes(kept[:limit]), "size"
    except TimeoutError:
        return bytes(kept), "time"
    return bytes(kept), None


def _loop_time(moment: float) -> float:
    return asyncio.get_running_loop().time() + (moment - time.perf_counter())


def _micros(begin: float, end: float) -> int | None:
    return int((end - begin) * 1_000_000) if begin and end >= begin else None


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300] if str(error) else type(error).__name__


def _with_hops(page: Page, hops: tuple[Hop, ...]) -> Page:
    return replace(page, hops=hops)
