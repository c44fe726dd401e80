"""The farm answers as told."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import dns.message
import dns.rcode
import pytest
import pytest_asyncio

from lab.farm import Farm, running
from lab.names import respond
from lab.site import CONTROL, HTTP_PORT, HTTPS_PORT, LabSite, load_sites
from tests.factories import NOON

SITES = {site.id: site for site in load_sites()}
FEW = [site for site in SITES.values() if site.id in ("kd-003", "ld-005", "db-008", "dc-024", "sd-028", "dr-027")]


@pytest_asyncio.fixture
async def farm(tmp_path: Path) -> AsyncIterator[Farm]:
    async with running(FEW, tmp_path, NOON) as standing:
        yield standing


def trait(name: str) -> LabSite:
    return next(site for site in FEW if name in site.traits)


async def test_pages_and_planted_weaknesses_are_served(farm: Farm) -> None:
    async with aiohttp.ClientSession() as client:
        for site, path, status, word in (
            (SITES["kd-003"], "/", 200, "康定市示例局"),
            (SITES["kd-003"], "/no-such", 404, "不存在"),
            (trait("actuator"), "/actuator/env", 200, "propertySources"),
            (trait("soft-404"), "/no-such", 200, "正在整理"),
            (trait("guarded"), "/.git/config", 403, "防火墙"),
        ):
            async with client.get(f"http://{site.address}:{HTTP_PORT}{path}") as answer:
                assert (answer.status, word in await answer.text()) == (status, True), path
    assert farm.asked["kd-003", "GET"] == 2


async def test_the_switch_replaces_a_home_page_and_brings_it_back(farm: Farm) -> None:
    address = f"http://{SITES['kd-003'].address}:{HTTP_PORT}/"
    switch = f"http://{CONTROL[0]}:{CONTROL[1]}/sites/kd-003"
    async with aiohttp.ClientSession() as client:
        for state, word in (("defaced", "hacked by"), ("normal", "示例局")):
            async with client.put(switch, data=state) as answer:
                assert answer.status == 204
            async with client.get(address) as answer:
                assert word in await answer.text()
        async with client.put(switch, data="purple") as answer:
            assert answer.status == 400


async def test_certificates_are_good_or_bad_as_planted(farm: Farm, tmp_path: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    trusting.verify_flags &= ~ssl.VERIFY_X509_STRICT
    # The test's clock stands at the farm's noon; only trust and name are looked at here.
    trusting.check_hostname = True
    site = trait("certificate-expired")
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientConnectorCertificateError, match="expired"):
            await client.get(f"https://{site.address}:{HTTPS_PORT}/", ssl=trusting, server_hostname=site.host)
    assert farm.sites


def test_the_name_server_knows_the_countys_names_only() -> None:
    addresses = {"www.kd3.lab": "127.0.1.3"}

    known = respond(dns.message.make_query("WWW.kd3.lab.", "A").to_wire(), addresses)
    stranger = respond(dns.message.make_query("example.org.", "A").to_wire(), addresses)

    assert known is not None
    assert "127.0.1.3" in dns.message.from_wire(known).answer[0].to_text()
    assert stranger is not None
    assert dns.message.from_wire(stranger).rcode() == dns.rcode.NXDOMAIN
    assert respond(b"\x00\x01garbage", addresses) is None
