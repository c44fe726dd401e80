"""Every table of the records on one METADATA."""

from __future__ import annotations

from console import tables


def test_every_table_of_the_console_is_known_to_the_records() -> None:
    named = [name for name in tables.__all__ if name != "METADATA"]

    assert {getattr(tables, name).name for name in named} <= set(tables.METADATA.tables)
    assert len(named) == len(set(named))
