"""Columns of the arrays do not collide and fit their widths."""

from __future__ import annotations

import pytest

from sensors.flow import layout

PAIRS = ("PACKETS", "BYTES", "PAYLOAD", "FLAGS", "STATE", "NEXT", "LEFT")


@pytest.mark.parametrize("name", PAIRS)
def test_what_a_destination_has_stands_right_after_what_a_source_has(name: str) -> None:
    assert getattr(layout, f"{name}_BACK") == getattr(layout, name) + 1


def test_the_last_columns_are_inside_the_widths() -> None:
    assert layout.HASH == layout.FLOW_WIDTH - 1
    assert layout.P_IP_AT == layout.PACKET_WIDTH - 1
    assert layout.PICK_START == layout.PICK_WIDTH - 1
    assert len(layout.REFUSALS) == layout.STATE_WIDTH - layout.S_REFUSED


def test_letters_and_tunnels_fit_their_bits() -> None:
    assert len(layout.LETTER_NAMES) * 2 <= 32
    assert len(layout.TUNNELS) <= 16
