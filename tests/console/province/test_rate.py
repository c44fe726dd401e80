"""How much one address may send."""

from __future__ import annotations

from console.province.rate import Rate
from tests.factories import at


def test_one_address_may_send_so_many_a_minute_and_others_as_well() -> None:
    rate = Rate(2)

    assert [rate.allows("a", at(0)) for _ in range(3)] == [True, True, False]
    assert rate.allows("b", at(0))
    assert not rate.has_room("a", at(59))
    assert rate.has_room("a", at(60))
    assert rate.allows("a", at(61))
