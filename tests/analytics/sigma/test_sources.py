"""Which datasets serve a log source."""

from __future__ import annotations

import pytest

from analytics.sigma.sources import load_sources, source_of
from sensors.contract.fields import DATASETS


@pytest.mark.parametrize(
    ("category", "product", "service", "name"),
    [
        ("webserver", None, None, "webserver"),
        ("proxy", None, None, "proxy"),
        ("dns", None, None, "dns"),
        (None, "zeek", "http", "zeek-http"),
        (None, "zeek", "dns", "dns"),
        ("firewall", None, None, "flow"),
        ("webprobe", None, None, "webprobe"),
        ("process_creation", "windows", None, None),
        (None, "zeek", "smb_files", None),
    ],
)
def test_a_log_source_finds_its_datasets(
    category: str | None, product: str | None, service: str | None, name: str | None
) -> None:
    found = source_of(category, product, service)

    assert (found.name if found else None) == name


def test_every_source_names_known_datasets_and_our_own_names_serve_too() -> None:
    for source in load_sources():
        assert set(source.datasets) <= set(DATASETS)
        assert source.texts("gongga.site.id") is not None
        assert source.texts("NoSuchField") is None
