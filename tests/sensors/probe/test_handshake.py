"""Handshakes show the certificate, trusted or not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from sensors.probe.handshake import Handshake, NoHandshake
from tests.probe_certificates import HOST, made, tls_server
from tests.probe_values import SETTINGS, means, scope, serving


async def test_an_untrusted_certificate_is_still_read(tmp_path: Path) -> None:
    async with tls_server(tmp_path, *made("www.x.example")) as port:
        shake = await means(scope(port)).prober.handshake(HOST, port)

    assert isinstance(shake, Handshake)
    assert shake.certificate is not None
    assert shake.certificate.names == ("www.x.example",)
    assert shake.distrust
    assert shake.version in ("1.3", "1.2")


async def test_a_certificate_of_a_trusted_root_is_not_distrusted(tmp_path: Path) -> None:
    der, key = made("www.x.example", address=HOST)
    async with tls_server(tmp_path, der, key) as port:
        settings = replace(SETTINGS, ca_file=tmp_path / "leaf.pem")
        shake = await means(scope(port), settings).prober.handshake(HOST, port)

    assert isinstance(shake, Handshake)
    assert shake.distrust is None


async def test_outdated_versions_that_are_refused_are_not_reported(tmp_path: Path) -> None:
    async with tls_server(tmp_path, *made("x")) as port:
        assert await means(scope(port)).prober.outdated(HOST, port) == ()


async def test_a_port_that_speaks_no_tls_is_plain() -> None:
    async with serving("x") as site:
        shake = await means(scope(site.port)).prober.handshake(HOST, site.port)

    assert isinstance(shake, NoHandshake)
    assert shake.kind == "plain"


async def test_a_closed_port_refuses_and_an_address_out_of_scope_is_not_asked() -> None:
    server = await asyncio.start_server(lambda r, w: None, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    refused = await means(scope(port)).prober.handshake(HOST, port)
    outside = await means(scope(1)).prober.handshake(HOST, port)

    assert isinstance(refused, NoHandshake)
    assert isinstance(outside, NoHandshake)
    assert (refused.kind, outside.kind) == ("refused", "scope")
    assert not await means(scope(port)).prober.reachable(HOST, port)
