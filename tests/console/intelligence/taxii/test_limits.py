"""How often somebody may ask."""

from __future__ import annotations

from console.intelligence.taxii.limits import Limits


def test_a_bucket_empties_and_fills_evenly() -> None:
    now = [0.0]
    limits = Limits(60, lambda: now[0])

    assert [limits.wait("a") for _ in range(60)] == [0.0] * 60
    assert limits.wait("a") == 1.0
    assert limits.wait("b") == 0.0
    now[0] = 1.5
    assert limits.wait("a") == 0.0
    assert limits.wait("a") > 0


def test_many_names_do_not_fill_the_memory() -> None:
    limits = Limits(5, lambda: 0.0)

    for number in range(25_000):
        limits.wait(str(number))

    assert len(limits._left) <= 10_000
