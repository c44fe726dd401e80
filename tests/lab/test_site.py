"""The pretend county as data."""

from __future__ import annotations

from ipaddress import ip_address

from analytics.findings.checks import load_checks
from analytics.inventory.sheet import parse
from lab.inventory import sheet
from lab.site import load_sites
from lab.truth import FAILS, findings
from tests.factories import NOON


def test_there_are_at_least_25_sites_each_at_its_own_loopback_address() -> None:
    sites = load_sites()

    assert len(sites) >= 25
    assert len({site.address for site in sites}) == len({site.id for site in sites}) == len(sites)
    assert all(ip_address(site.address).is_loopback for site in sites)
    assert len({site.county for site in sites}) == 18


def test_every_trait_has_its_truth_and_every_truth_is_a_known_check() -> None:
    known = load_checks()

    assert {trait for site in load_sites() for trait in site.traits} <= set(FAILS)
    assert {check for fails in FAILS.values() for check, _location in fails} <= set(known)


def test_every_exposure_and_certificate_fault_is_planted_somewhere() -> None:
    planted = {check for _site, check, _location in findings(load_sites())}
    wanted = {check for check in load_checks() if check.startswith(("exposure/", "tls/certificate-"))}

    assert wanted <= planted


def test_the_inventory_sheet_is_one_an_office_could_import() -> None:
    rows, errors = parse(sheet(load_sites(), NOON.date()))

    assert errors == []
    assert len(rows) == len(load_sites())
