"""TAXII on the wire."""

from __future__ import annotations

import pytest

from console.intelligence.taxii.wire import MEDIA_TYPE, accepts, asked, is_taxii
from tests.factories import at


@pytest.mark.parametrize(
    ("header", "fine"),
    [
        (MEDIA_TYPE, True),
        ("application/taxii+json; version=2.1", True),
        ("text/html, */*;q=0.1", True),
        ("application/taxii+json;version=2.0", False),
        ("", False),
        ("text/html", False),
    ],
)
def test_who_takes_what_we_send(header: str, fine: bool) -> None:
    assert accepts(header) is fine


def test_a_body_must_say_that_it_is_taxii() -> None:
    assert is_taxii('application/taxii+json; version="2.1"')
    assert not is_taxii("application/json")


def test_a_query_becomes_what_is_asked_for() -> None:
    query = {"match[type]": "indicator,malware", "match[version]": "all", "added_after": "2026-11-23T12:00:00Z"}

    found = asked("c", {**query, "limit": "99999"}, ("公开",), None)

    assert (found.types, found.versions, found.added_after) == (("indicator", "malware"), ("all",), at(0))
    assert found.limit == 1000
    assert asked("c", {}, (), "s").versions == ("last",)
