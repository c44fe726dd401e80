"""Faults on demand."""

from __future__ import annotations

import pytest

from console.province.simulator.faults import Faults, flipped, parsed


def test_a_counted_fault_happens_so_often_and_a_switch_until_it_is_turned() -> None:
    faults = Faults()
    faults.set(parsed(["drop=2", "away", "delay=1"]))

    assert [faults.take("drop") for _ in range(3)] == [True, True, False]
    assert (faults.away, faults.delay) == (True, 1.0)
    faults.set({"away": False})
    assert not faults.document()["away"]


@pytest.mark.parametrize("values", [{"fire": 1}, {"drop": -1}, {"drop": "many"}, {"away": 1}, {"drop": True}])
def test_a_fault_there_is_not_or_a_value_that_makes_no_sense_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="fault"):
        Faults().set(values)


def test_a_text_that_is_no_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="name=number"):
        parsed(["drop=often"])


def test_one_bit_is_flipped() -> None:
    content = b"0123456789"

    assert sum(a != b for a, b in zip(content, flipped(content), strict=True)) == 1
