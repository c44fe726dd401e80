"""Peers of our TAXII server."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.lifecycle import Unknown
from console.intelligence.peers import Peer, close, make, peers, prove, touch
from console.intelligence.tables import TAXII_PEER
from tests.analytics_values import records
from tests.factories import at


def test_a_token_is_shown_once_kept_as_its_hash_and_replaced_by_the_next() -> None:
    with records() as connection:
        first = make(connection, "county", "内部", True, "lead", at(0))
        second = make(connection, "county", "公开", False, "lead", at(1))

        assert prove(connection, f"Bearer {first}", at(2)) is None
        found = prove(connection, f"Bearer {second}", at(2))
        assert found == Peer("county", "公开", False, True)
        assert found is not None
        assert found.markings == ("公开",)
        kept = connection.execute(select(TAXII_PEER)).mappings().one()
        assert second not in str(dict(kept))
        touch(connection, "county", at(2))
        again = prove(connection, f"Bearer {second}", at(3))
        assert again is not None
        assert not again.wants_touch
        assert [row.name for row in peers(connection)] == ["county"]


def test_a_name_or_marking_that_will_not_do_is_refused() -> None:
    with records() as connection:
        for name, marking in (("A B", "公开"), ("", "公开"), ("ok", "绝密")):
            with pytest.raises(ValueError, match=r"marking|peer name"):
                make(connection, name, marking, True, "lead", at(0))
        with pytest.raises(Unknown):
            close(connection, "nobody", "lead", at(0))
        assert prove(connection, "Basic " + "A" * 999, at(0)) is None
