"""The address where the province hands messages over."""

from __future__ import annotations

from dataclasses import replace

from console.province.envelope import MOST_BYTES, seal
from console.province.keys import our_key, pinned, public_pem
from console.province.link_routes import MOST_REFUSED
from console.province.receipts import read
from tests.console.deskside import Table
from tests.console.province.linkside import OURS, PROVINCE, THEIRS, envelope
from tests.factories import at


def trusting(table: Table) -> None:
    (table.desk.data.keys / "peer.pem").write_text(public_pem(THEIRS.public))


def test_a_signed_message_gets_a_signed_receipt_without_a_session(table: Table) -> None:
    trusting(table)
    said = envelope()

    answer = table.browser().post("/link/messages", content=seal(said, THEIRS)[0])

    our_key(table.desk.data.keys, "Ed25519")
    ours = pinned(table.desk.data.keys / "link-ed25519.pub.pem")
    receipt = read(answer.content, PROVINCE, ours, at(0))
    assert (answer.status_code, receipt.message_id, receipt.result) == (200, said.message_id, "stored")


def test_a_message_of_a_stranger_is_refused_and_so_is_a_huge_one(table: Table) -> None:
    trusting(table)
    browser = table.browser()

    assert browser.post("/link/messages", content=seal(envelope(), OURS)[0]).status_code == 400
    assert browser.post("/link/messages", content=b"x" * (MOST_BYTES + 1)).status_code == 413


def test_before_the_peers_key_is_there_the_link_says_that_it_is_not_set_up(table: Table) -> None:
    assert table.browser().post("/link/messages", content=seal(envelope(), THEIRS)[0]).status_code == 503
    (table.desk.data.keys / "peer.pem").write_text("no key")
    answer = table.browser().post("/link/messages", content=seal(envelope(), THEIRS)[0])
    assert (answer.status_code, "not set up" in answer.json()["detail"]) == (503, True)


def test_somebody_who_guesses_is_stopped_for_the_rest_of_the_minute(table: Table) -> None:
    trusting(table)
    browser = table.browser()

    statuses = [browser.post("/link/messages", content=b"noise").status_code for _ in range(MOST_REFUSED + 1)]

    assert (statuses[0], statuses[-1]) == (400, 429)
    table.clock.pass_by(minutes=1)
    assert browser.post("/link/messages", content=seal(replace(envelope()), THEIRS)[0]).status_code == 200
