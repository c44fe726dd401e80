"""What pages ask for."""

from __future__ import annotations

from console.notices.lifecycle import MOVES
from console.notices.queries import GROUPS, Filter, sent_to
from tests.console.noticeside import Bureau
from tests.console.viewers import viewer_of


def test_every_state_stands_on_the_board() -> None:
    assert sorted(state for states in GROUPS.values() for state in states) == sorted(MOVES)


def test_an_address_carries_only_what_is_not_plain() -> None:
    assert Filter(text="x").address(state="overdue") == {"state": "overdue", "q": "x"}


def test_what_was_not_issued_was_sent_to_nobody(bureau: Bureau) -> None:
    notice, _link = bureau.issued(1)
    bureau.draft(2)
    with bureau.table.desk.reads.begin() as connection:
        mine = sent_to(connection, viewer_of("owner", counties=frozenset(), units=frozenset({"U-1"})))
        others = sent_to(connection, viewer_of("owner", counties=frozenset(), units=frozenset({"U-2"})))
        nobody = sent_to(connection, viewer_of("owner", counties=frozenset(), units=frozenset()))

    assert ([row.id for row in mine], others, nobody) == ([notice], [], [])
