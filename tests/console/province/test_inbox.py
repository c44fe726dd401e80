"""Taking messages in: once, in order or late, and nothing that is not in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from console.audit.chain import Verified, verify
from console.audit.tables import AUDIT_ENTRY
from console.province import receipts
from console.province.envelope import Envelope, seal
from console.province.inbox import Reply, receive, receive_all
from console.province.tables import INBOX
from tests.console.province.linkside import OURS, THEIRS, Side, envelope, pin
from tests.factories import at


def take(side: Side, said: Envelope, key: Any = THEIRS, seconds: float = 0) -> Reply:
    return receive(side.engine, side.party, seal(said, key)[0].encode(), at(seconds), "https", "192.0.2.1")


def refused(side: Side, reply: Reply) -> str:
    """The code of a refusal, which must be signed by us, audited, and have changed nothing else."""
    assert reply.refused is not None
    receipt = receipts.read(reply.text.encode(), side.party.peer, (pin(OURS),), at(0))
    assert (receipt.result, receipt.reason) == ("refused", reply.refused.sentence)
    with side.engine.begin() as connection:
        last = connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.seq.desc()).limit(1)).one()
        assert (last.action, reply.refused.code in last.detail) == ("link.refuse", True)
        assert isinstance(verify(connection), Verified)
    return reply.refused.code


def test_the_same_message_gets_the_same_receipt_and_is_there_once(sides: tuple[Side, Side]) -> None:
    ours, _ = sides
    said = envelope()
    wire = seal(said, THEIRS)[0].encode()

    replies = [receive(ours.engine, ours.party, wire, at(second), "https") for second in range(10)]

    assert {(reply.status, reply.text) for reply in replies} == {(200, replies[0].text)}
    assert ours.arrived() == [1]


def test_the_same_id_with_another_content_is_a_conflict(sides: tuple[Side, Side]) -> None:
    ours, _ = sides
    said = envelope()
    take(ours, said)

    reply = take(ours, replace(said, body={"other": True}))

    assert (reply.status, refused(ours, reply)) == (409, "conflict")


def test_a_replay_under_a_new_id_and_a_number_that_is_taken_are_refused(sides: tuple[Side, Side]) -> None:
    ours, _ = sides
    first = envelope(1)
    take(ours, first)

    assert refused(ours, take(ours, replace(envelope(2), nonce=first.nonce))) == "replay"
    assert refused(ours, take(ours, replace(envelope(1), nonce="other"))) == "seq"
    assert refused(ours, take(ours, envelope(200_000))) == "seq"
    assert ours.arrived() == [1]


def test_what_comes_late_is_taken_where_its_number_is_free(sides: tuple[Side, Side]) -> None:
    ours, _ = sides
    for seq in (1, 4, 2):
        assert take(ours, envelope(seq), seconds=70 * 86400).status == 200

    assert ours.arrived() == [1, 4, 2]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"sender": "someone"}, "recipient"),
        ({"recipient": "someone"}, "recipient"),
        ({"exercise": True}, "exercise"),
        ({"marking": "绝密"}, "marking"),
        ({"critical": ("teleport",)}, "critical"),
        ({"issued_at": at(400), "expires_at": at(4000)}, "clock"),
        ({"issued_at": at(-4000), "expires_at": at(-1)}, "expired"),
    ],
)
def test_what_is_not_in_order_is_refused_signed_and_audited(
    sides: tuple[Side, Side], values: dict[str, Any], code: str
) -> None:
    ours, _ = sides

    assert refused(ours, take(ours, envelope(1, **values))) == code
    assert ours.arrived() == []


def test_a_foreign_key_noise_and_a_link_without_keys_are_refused(sides: tuple[Side, Side]) -> None:
    ours, _ = sides

    assert refused(ours, take(ours, envelope(), OURS)) == "key"
    assert refused(ours, receive(ours.engine, ours.party, b"noise", at(0), "https")) == "shape"
    ours.party = replace(ours.party, keys=())
    reply = take(ours, envelope())
    assert (reply.status, refused(ours, reply)) == (503, "unset")


def test_a_flipped_bit_is_refused_audited_and_leaves_nothing(sides: tuple[Side, Side]) -> None:
    ours, _ = sides
    wire = seal(envelope(1), THEIRS)[0]
    spot = wire.index(envelope(1).kind)
    for bit in range(3):
        flipped = wire[:spot] + chr(ord(wire[spot]) ^ 1 << bit) + wire[spot + 1 :]
        assert refused(ours, receive(ours.engine, ours.party, flipped.encode(), at(0), "https")) == "signature"

    assert ours.arrived() == []


def test_several_are_taken_in_one_go_each_with_its_own_answer(sides: tuple[Side, Side]) -> None:
    ours, _ = sides
    wires = [seal(envelope(1), THEIRS)[0].encode(), b"noise", seal(envelope(2), THEIRS)[0].encode()]

    replies = receive_all(ours.engine, ours.party, wires, at(0), "package")

    assert [reply.status for reply in replies] == [200, 400, 200]
    with ours.engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(INBOX)).scalar_one() == 2
