"""Ids that sort by the moment they were made."""

from __future__ import annotations

from uuid import UUID

from console.province.uuid7 import uuid7
from tests.factories import at


def test_an_id_is_a_version_7_uuid_of_its_moment() -> None:
    found = UUID(uuid7(at(0), lambda count: b"\xff" * count))

    assert (found.version, found.variant) == (7, "specified in RFC 4122")
    assert int.from_bytes(found.bytes[:6], "big") == int(at(0).timestamp() * 1000)


def test_ids_sort_by_time_and_are_never_the_same() -> None:
    made = [uuid7(at(second)) for second in range(50)]

    assert made == sorted(made)
    assert len({uuid7(at(0)) for _ in range(200)}) == 200
