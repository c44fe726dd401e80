"""The farm answers as told."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import dns.asyncquery
import dns.message
import dns.rcode
import pytest
import pytest_asyncio

from lab.farm import GONE, STRETCH, Farm, running
from lab.names import respond
from lab.site import CONTROL, HTTP_PORT, HTTPS_PORT, NAME_SERVER, LabSite, load_sites
from lab.truth import findings
from tests.factories import NOON

SITES = {site.id: site for site in load_sites()}
FEW = [site for site in SITES.values() if site.id in ("kd-003", "ld-005", "db-008", "dc-024", "sd-028", "dr-027")]
ODD = [site for site in SITES.values() if site.traits & {"protocol-weak", "flapping", "down", "unresolved"}]


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


async def test_a_planted_weakness_is_mended_and_stays_so_when_the_lab_starts_again(tmp_path: Path) -> None:
    address = f"http://{trait('actuator').address}:{HTTP_PORT}/actuator"
    control = f"http://{CONTROL[0]}:{CONTROL[1]}/sites"
    async with aiohttp.ClientSession() as client:
        async with running(FEW, tmp_path, NOON) as farm:
            async with client.delete(f"{control}/ld-005/traits/actuator") as answer:
                assert answer.status == 204
            async with client.delete(f"{control}/ld-005/traits/actuator") as answer:
                assert (answer.status, "has no actuator" in await answer.text()) == (400, True)
            async with client.delete(f"{control}/db-008/traits/certificate-expired") as answer:
                assert (answer.status, "stands as long" in await answer.text()) == (400, True)
            assert "exposure/actuator" not in {check for _, check, _ in findings(farm.sites)}
        async with running(FEW, tmp_path, NOON), client.get(address) as answer:
            assert answer.status == 404


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


async def test_the_outdated_site_accepts_tls_1_0_and_the_others_do_not(tmp_path: Path) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
    weak = next(site for site in ODD if "protocol-weak" in site.traits)

    async with running([weak, SITES["kd-003"]], tmp_path, NOON):
        _, writer = await asyncio.open_connection(weak.address, HTTPS_PORT, ssl=old)
        version = writer.get_extra_info("ssl_object").version()
        writer.close()
        await writer.wait_closed()
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(SITES["kd-003"].address, HTTPS_PORT, ssl=old)

    assert version == "TLSv1"


async def test_sites_are_down_flapping_or_without_a_name_as_planted(tmp_path: Path) -> None:
    async with running(ODD, tmp_path, NOON) as farm:
        farm.clock = lambda: STRETCH * 7 + GONE / 2
        gone = {site.id: await home_status(site) for site in ODD}
        farm.clock = lambda: STRETCH * 7 + GONE * 2
        back = {site.id: await home_status(site) for site in ODD}
        named = {site.id: await code_of(site.host) for site in ODD}

    traits = {next(iter(site.traits)): site.id for site in ODD}
    assert gone[traits["flapping"]] == 503
    assert back[traits["flapping"]] == 200
    assert gone[traits["down"]] == back[traits["down"]] == 503
    assert named[traits["unresolved"]] == dns.rcode.NXDOMAIN
    assert named[traits["down"]] == dns.rcode.NOERROR


async def home_status(site: LabSite) -> int:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://{site.address}:{HTTP_PORT}/") as answer,
    ):
        return answer.status


async def code_of(host: str) -> int:
    reply = await dns.asyncquery.udp(dns.message.make_query(host, "A"), NAME_SERVER[0], port=NAME_SERVER[1], timeout=5)
    return reply.rcode()


def test_nothing_of_the_farm_listens_beyond_loopback() -> None:
    places = [CONTROL[0], NAME_SERVER[0], *(site.address for site in SITES.values())]

    assert all(place.startswith("127.") for place in places)
