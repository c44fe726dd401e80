"""TLS of a site: absent, untrusted, out of date, fine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sensors.probe.check.tls import check_tls
from tests.probe_certificates import HOST, made, tls_server
from tests.probe_values import SETTINGS, results, scope, serving, visit


async def asked(folder: Path, days: int = 90, name: str = "www.x.example", *, trusted: bool = True) -> dict[str, str]:
    der, key = made(name, days=days, address=HOST if name == "www.x.example" else None)
    async with tls_server(folder, der, key) as port:
        settings = replace(SETTINGS, ca_file=folder / "leaf.pem" if trusted else None)
        given = scope(port, urls=[f"https://{HOST}:{port}/"])
        return results(await check_tls(visit(given, settings)))


async def test_a_good_certificate_is_clean(tmp_path: Path) -> None:
    found = await asked(tmp_path)

    assert found["tls/absent"] == "pass"
    assert found["tls/certificate-expired"] == "pass"
    assert found["tls/protocol-weak"] == "pass"


async def test_an_expired_one_is_a_fault(tmp_path: Path) -> None:
    assert (await asked(tmp_path, days=-3))["tls/certificate-expired"] == "fail"


async def test_one_about_to_expire_is_reported(tmp_path: Path) -> None:
    found = await asked(tmp_path, days=5)

    assert found["tls/certificate-expiring"] == "fail"
    assert found["tls/certificate-expired"] == "pass"


async def test_another_name_and_an_unknown_issuer_are_faults(tmp_path: Path) -> None:
    found = await asked(tmp_path, name="other.example", trusted=False)

    assert [name for name, result in found.items() if "certificate-" in name and result == "fail"]


async def test_plain_http_behind_the_port_is_absence() -> None:
    async with serving("x") as site:
        given = scope(1, urls=[f"https://{HOST}:{site.port}/"], ports=[site.port])
        found = results(await check_tls(visit(given)))

    assert found["tls/absent"] == "fail"


async def test_a_site_without_such_a_port_is_not_judged() -> None:
    assert set(results(await check_tls(visit(scope(80)))).values()) == {"unknown"}
