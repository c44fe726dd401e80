"""The tables of the link."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint

from console.province.tables import INBOX, OUTBOX, REPORT_RELEASE


def uniques(table: object) -> set[tuple[str, ...]]:
    return {
        tuple(sorted(column.name for column in one.columns))
        for one in table.constraints  # type: ignore[attr-defined]
        if isinstance(one, UniqueConstraint)
    }


def test_a_message_and_its_place_are_there_once() -> None:
    assert ("peer", "seq") in uniques(OUTBOX)
    assert {("message_id", "peer"), ("peer", "seq"), ("nonce", "peer")} <= uniques(INBOX)


def test_a_person_stands_for_a_version_of_a_report_once() -> None:
    assert ("by", "report_id", "version") in uniques(REPORT_RELEASE)
