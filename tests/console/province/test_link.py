"""The state of the link, and the laws of what may go over it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.office.settings import ProvinceLink
from console.province.link import active_link, heard, is_settled, link_to, settle, why_held
from console.province.markings import names, rank
from tests.console.deskside import Table
from tests.factories import at


class Link:
    peer = "sc"

    def __init__(self, marking: str, is_exercise: bool) -> None:
        self.marking, self.is_exercise = marking, is_exercise


@given(st.sampled_from(names()), st.booleans(), st.sampled_from(names()), st.booleans())
def test_only_what_is_marked_low_enough_and_as_real_as_the_link_may_go(
    marking: str, for_exercise: bool, highest: str, is_exercise: bool
) -> None:
    link: Any = Link(highest, is_exercise)

    may = why_held(link, marking, for_exercise) is None

    assert may == (for_exercise == is_exercise and rank(marking) <= rank(highest))


def test_the_link_is_what_the_office_set_and_keeps_its_numbers(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        assert active_link(connection) is None
        settle(connection, ProvinceLink())
        settle(connection, ProvinceLink(is_exercise=True))
        row = active_link(connection)

        assert row is not None
        assert (row.peer, row.is_exercise, row.seq_out) == ("sc-510000", True, 0)
        assert is_settled(row, ProvinceLink(is_exercise=True))
        assert not is_settled(row, ProvinceLink())


def test_another_peer_takes_the_place_of_the_first(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        settle(connection, ProvinceLink())
        settle(connection, ProvinceLink(peer="sim", is_exercise=True))
        heard(connection, "sim", at(0), 1.5)

        first, second = link_to(connection, "sc-510000"), active_link(connection)
        assert first is not None
        assert second is not None
        assert (first.active, second.peer, second.clock_skew) == (False, "sim", 1.5)
