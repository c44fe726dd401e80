"""The tables of exchange."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint

from console.intelligence.tables import TAXII_FEED, TAXII_OBJECT, TAXII_PEER


def test_no_two_objects_of_a_collection_were_added_at_one_moment() -> None:
    unique = {
        tuple(column.name for column in one.columns)
        for one in TAXII_OBJECT.constraints
        if isinstance(one, UniqueConstraint)
    }

    assert {("collection", "added_at"), ("collection", "stix_id", "version")} <= unique


def test_no_secret_stands_in_the_records() -> None:
    assert "token" not in TAXII_PEER.c
    assert {"password", "token"}.isdisjoint(TAXII_FEED.c.keys())
