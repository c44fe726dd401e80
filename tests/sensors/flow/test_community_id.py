"""Ids are those of the specification's examples."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from sensors.flow.community_id import community_id

A, B = ip_address("128.232.110.120").packed, ip_address("66.35.250.204").packed


@pytest.mark.parametrize(("source", "target", "ports"), [(A, B, (34855, 80)), (B, A, (80, 34855))])
def test_both_directions_have_the_id_of_the_specification(source: bytes, target: bytes, ports: tuple[int, int]) -> None:
    assert community_id(source, target, ports, 6, one_way=False) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg="


def test_what_goes_one_way_only_is_not_turned_round() -> None:
    assert community_id(A, B, (3, 1), 1, one_way=True) != community_id(B, A, (3, 1), 1, one_way=True)
