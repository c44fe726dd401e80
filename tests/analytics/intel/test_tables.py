"""The tables of indicators."""

from __future__ import annotations

from analytics.intel.tables import INDICATOR, INDICATOR_VALUE, WATCHLIST


def test_an_indicator_is_known_by_its_stix_id_and_always_ends() -> None:
    assert INDICATOR.c.stix_id.unique
    assert not INDICATOR.c.valid_until.nullable
    assert {key.column.table.name for key in INDICATOR_VALUE.foreign_keys} == {"indicator"}
    assert set(WATCHLIST.c.keys()) == {"id", "version"}
