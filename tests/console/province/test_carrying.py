"""Packages carried by hand, there and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from console.audit.tables import AUDIT_ENTRY
from console.province.carrying import counted, take_package
from console.province.envelope import Attachment, seal
from console.province.package import attachment_folder, out_folder, packed
from console.province.refusal import Refusal
from console.province.sending import Sender, drain
from console.province.tables import INBOX
from console.province.transports import Package
from tests.console.province.linkside import THEIRS, Side, envelope
from tests.console.province.test_package import files_of, signed
from tests.factories import at


def carried(source: Side) -> list[bytes]:
    """What lies in a side's outgoing folder; it is taken away."""
    found = []
    for path in sorted(out_folder(source.party.root).iterdir()):
        found.append(path.read_bytes())
        path.unlink()
    return found


def by_hand(side: Side) -> int:
    side.set(transport="package")
    return drain(side.engine, side.party, Package(side.party), Sender("one", side.clock, lambda: 1.0))


def test_messages_go_over_by_file_and_their_receipts_come_back_by_file(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    for _ in range(70):
        ours.queue("event_report", {})
    by_hand(ours)
    assert set(ours.states()) == {"sent"}

    for content in (files := carried(ours)):
        taken = take_package(theirs.engine, theirs.party, content, "wang", at(60))
        again = take_package(theirs.engine, theirs.party, content, "wang", at(61))
        assert (taken.messages, again) == (again.messages, taken)
    assert len(files) == 2
    assert theirs.arrived() == list(range(1, 71))
    for content in carried(theirs):
        assert json.loads(counted(take_package(ours.engine, ours.party, content, "li", at(90))))["receipts"] > 0
    assert set(ours.states()) == {"stored"}


def test_a_package_that_is_not_in_order_changes_nothing_but_the_audit_chain(sides: tuple[Side, Side]) -> None:
    ours, _ = sides
    with pytest.raises(Refusal):
        take_package(ours.engine, ours.party, b"no zip", "wang", at(0))

    with ours.engine.begin() as connection:
        last = connection.execute(select(AUDIT_ENTRY)).one()
        assert (last.actor, last.action) == ("wang", "link.refuse")
        assert connection.execute(select(INBOX.c.id)).all() == []
    assert not out_folder(ours.party.root).exists()


def test_a_bomb_for_an_attachment_is_refused_audited_and_leaves_nothing(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    bomb = b"\0" * (4 * 1024 * 1024)
    digest = hashlib.sha256(bomb).hexdigest()
    said = replace(envelope(1), attachments=(Attachment("图.png", "image/png", len(bomb), digest),))
    files = files_of(packed(theirs.party, [seal(said, THEIRS)[0]], at=at(0)))
    files.pop("manifest.json")

    with pytest.raises(Refusal, match="grows more than 200 times when unpacked"):
        take_package(ours.engine, ours.party, signed(files | {f"attachments/{digest}": bomb}), "wang", at(0))

    with ours.engine.begin() as connection:
        last = connection.execute(select(AUDIT_ENTRY)).one()
        assert (last.action, '"code":"bomb"' in last.detail) == ("link.refuse", True)
        assert connection.execute(select(INBOX.c.id)).all() == []
    assert not attachment_folder(ours.party.root).exists()


def test_an_attachment_comes_with_its_message_or_the_package_is_refused(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    picture = b"picture"
    digest = hashlib.sha256(picture).hexdigest()
    said = replace(envelope(1), attachments=(Attachment("图.png", "image/png", 7, digest),))
    files = files_of(packed(theirs.party, [seal(said, THEIRS)[0]], at=at(0)))
    files.pop("manifest.json")

    with pytest.raises(Refusal, match="is missing from the package"):
        take_package(ours.engine, ours.party, signed(files), "wang", at(0))
    other = hashlib.sha256(b"other").hexdigest()
    both = files | {f"attachments/{digest}": picture, f"attachments/{other}": b"other"}
    with pytest.raises(Refusal, match="belongs to no message"):
        take_package(ours.engine, ours.party, signed(both), "wang", at(0))
    taken = take_package(ours.engine, ours.party, signed(files | {f"attachments/{digest}": picture}), "wang", at(0))

    assert taken.messages == 1
    kept: Path = attachment_folder(ours.party.root) / digest
    assert kept.read_bytes() == picture
