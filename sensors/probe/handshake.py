"""TLS as a server offers it: its certificate, whether a client trusts it, and the outdated versions it accepts."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sensors.probe.certificate import Certificate, certificate_of
from sensors.probe.client_hello import MOST_ANSWER, VERSIONS, accepted, client_hello
from sensors.probe.fetch import lenient_tls
from sensors.probe.gate import Gate, Target, Unreached
from sensors.probe.resolve import literal_address

# OpenSSL's verdicts that speak of the dates only: who signed it was already found good.
_DATES: Final = frozenset({9, 10})
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a handshake showed. `distrust` says why its chain is not trusted; None when it is or is only out of date."""

    address: str
    version: str | None
    cipher: str | None
    certificate: Certificate | None
    distrust: str | None
    connect_microseconds: int
    tls_microseconds: int


@dataclass(frozen=True, slots=True)
class NoHandshake:
    """There was none. `kind` is `scope`, `dns`, `refused`, `timeout`, `plain` (no TLS spoken) or `tls`."""

    kind: str
    reason: str
    address: str | None = None


@dataclass(slots=True)
class Prober:
    """Makes handshakes through the gate."""

    gate: Gate
    timeout: float
    ca_file: Path | None

    async def handshake(self, host: str, port: int) -> Handshake | NoHandshake:
        """One handshake that verifies; when the certificate is not trusted, a second one to read it."""
        target = await self.gate.admit(host, port)
        if isinstance(target, Unreached):
            return NoHandshake(target.kind, target.reason)
        first = await self._shake(target, self._strict())
        if not isinstance(first, ssl.SSLCertVerificationError):
            return first
        again = await self._shake(target, lenient_tls())
        if isinstance(again, ssl.SSLCertVerificationError):
            return NoHandshake("tls", again.verify_message, target.address)
        if isinstance(again, NoHandshake):
            return again
        distrust = None if first.verify_code in _DATES else first.verify_message
        return Handshake(
            again.address, again.version, again.cipher, again.certificate, distrust,
            again.connect_microseconds, again.tls_microseconds,
        )  # fmt: skip

    async def reachable(self, host: str, port: int) -> bool:
        """Whether a TCP connection can be made."""
        target = await self.gate.admit(host, port)
        if isinstance(target, Unreached):
            return False
        async with self.gate.turn(target) as refusal:
            if refusal:
                return False
            try:
                async with asyncio.timeout(self.timeout):
                    _, writer = await asyncio.open_connection(target.address, port)
            except OSError:
                return False
            await _close(writer)
            return True

    async def outdated(self, host: str, port: int) -> tuple[str, ...] | NoHandshake:
        """The outdated versions a server accepts."""
        target = await self.gate.admit(host, port)
        if isinstance(target, Unreached):
            return NoHandshake(target.kind, target.reason)
        found = []
        for name, version in VERSIONS.items():
            async with self.gate.turn(target) as refusal:
                if refusal:
                    return NoHandshake("scope", refusal.reason, target.address)
                if await self._accepts(target, version):
                    found.append(name)
        return tuple(found)

    async def _shake(
        self, target: Target, context: ssl.SSLContext
    ) -> Handshake | NoHandshake | ssl.SSLCertVerificationError:
        async with self.gate.turn(target) as refusal:
            if refusal:
                return NoHandshake("scope", refusal.reason, target.address)
            try:
                async with asyncio.timeout(self.timeout):
                    return await _once(target, context)
            except ssl.SSLCertVerificationError as error:
                return error
            except (OSError, ValueError) as error:
                return NoHandshake(*_failure(error, self.timeout), target.address)

    async def _accepts(self, target: Target, version: int) -> bool:
        try:
            async with asyncio.timeout(self.timeout):
                reader, writer = await asyncio.open_connection(target.address, target.port)
                writer.write(client_hello(version, _server_name(target.host), os.urandom(32)))
                answer = await _read(reader)
                await _close(writer)
        except OSError:
            return False
        return accepted(answer, version)

    def _strict(self) -> ssl.SSLContext:
        context = lenient_tls()
        context.verify_mode = ssl.CERT_REQUIRED  # the name is compared by the certificate check, with better words
        if self.ca_file:
            context.load_verify_locations(cafile=self.ca_file)
        else:
            context.load_default_certs()
        return context


def _failure(error: Exception, timeout: float) -> tuple[str, str]:
    if isinstance(error, TimeoutError):
        return "timeout", f"no handshake within {timeout:g} s"
    if isinstance(error, ConnectionRefusedError):
        return "refused", "connection refused"
    if isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS:
        return "plain", str(error.reason)
    return "tls", str(error) or type(error).__name__


async def _once(target: Target, context: ssl.SSLContext) -> Handshake:
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection(target.address, target.port)
    connected = time.perf_counter()
    try:
        await writer.start_tls(context, server_hostname=target.host)
        done = time.perf_counter()
        tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
        der = tls.getpeercert(binary_form=True)
        cipher = tls.cipher()
        return Handshake(
            address=target.address,
            version=(tls.version() or "").removeprefix("TLSv") or None,
            cipher=cipher[0] if cipher else None,
            certificate=certificate_of(der) if der else None,
            distrust=None,
            connect_microseconds=int((connected - begun) * 1_000_000),
            tls_microseconds=int((done - connected) * 1_000_000),
        )
    finally:
        del reader
        await _close(writer)


async def _read(reader: asyncio.StreamReader) -> bytes:
    answer = b""
    while len(answer) < 11:
        more = await reader.read(MOST_ANSWER)
        if not more:
            break
        answer += more
    return answer


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def _server_name(host: str) -> str | None:
    return None if literal_address(host) else host
