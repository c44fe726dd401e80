"""Whether names resolve, and to where they should."""

from __future__ import annotations

from dataclasses import replace

from sensors.probe.check.names import check_names, names_of
from sensors.probe.scope import Scope
from tests.probe_dns import name_server
from tests.probe_values import SETTINGS, results, scope, visit

NAMES = {"www.x.example": "127.0.0.1", "old.x.example": "10.9.9.9"}


def given(*hosts: str) -> Scope:
    return scope(80, urls=[f"http://{hosts[0]}/"], hosts=list(hosts))


async def asked(*hosts: str) -> list[tuple[str, str, str]]:
    async with name_server(NAMES) as server:
        outcomes = await check_names(visit(given(*hosts), replace(SETTINGS, name_servers=(server,))))
    return [(one.check_id, one.location, one.result) for one in outcomes]


async def test_a_name_at_its_listed_address_is_clean() -> None:
    assert await asked("www.x.example") == [("dns/unresolved", "", "pass"), ("dns/changed", "", "pass")]


async def test_a_name_that_is_gone_or_leads_elsewhere_is_a_fault() -> None:
    found = await asked("www.x.example", "gone.x.example", "old.x.example")

    assert ("dns/unresolved", "gone.x.example", "fail") in found
    assert ("dns/changed", "old.x.example", "fail") in found


async def test_a_site_that_is_an_address_has_no_names() -> None:
    outcomes = await check_names(visit(scope(80)))

    assert set(results(outcomes).values()) == {"unknown"}
    assert names_of(scope(80).sites[0]) == []
