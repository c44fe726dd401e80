"""The link's own pages."""

from __future__ import annotations

from console.province.keys import public_pem
from console.province.link import settle
from console.province.outbox import enqueue
from console.province.package import out_folder, packed
from console.province.reconciliation import ask
from tests.console.deskside import Table
from tests.console.province.linkside import THEIRS, Side
from tests.factories import at


def test_the_page_shows_how_the_link_is(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        settle(connection, table.desk.office.province)
        message_id = enqueue(connection, "event_report", {"text": "<b>"}, at=at(0), ref="report RP-1")
        ask(connection, "sc-510000", "2026-11-22", at(0))
    table.clock.pass_by(hours=2)
    analyst = table.seat("analyst")

    shown = analyst.get("/province").text
    assert "份报文待送达" in shown
    assert "2026-11-22" in shown
    assert analyst.get("/api/v1/province").json()["backlog"] == 2
    told = analyst.get(f"/province/messages/{message_id}").text
    assert "RP-1" in told
    # What a message is about is said in words; the reference of the records is not shown.
    assert "report RP-1" not in told
    assert analyst.get("/province/messages?way=out&state=waiting").text.count("data-row") == 2
    assert analyst.get("/province/messages?way=in").status_code == 200
    assert analyst.get("/province/days/2026-11-22").status_code == 200
    assert analyst.get("/province/days/2026-11-21").status_code == 404
    assert analyst.get("/province/messages/nothing").status_code == 404
    listed = analyst.get("/api/v1/province/messages").json()["messages"]
    assert [one["kind"] for one in listed] == ["reconciliation", "event_report"]


def test_people_give_messages_up_send_them_again_and_reconcile(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        message_id = enqueue(connection, "event_report", {}, at=at(0), ref="x")
    analyst, commander = table.seat("analyst"), table.seat("commander")
    token = {"csrf": analyst.headers["x-csrf-token"]}
    place = f"/province/messages/{message_id}"

    assert commander.post(f"{place}/dead", data={"reason": "不再需要"}).status_code == 403
    assert analyst.post(f"{place}/dead", data=token | {"reason": "不再需要"}).status_code == 303
    assert "已放弃" in analyst.get(place).text
    assert analyst.post(f"{place}/again", data=token).status_code == 303
    assert analyst.post("/province/days", data=token | {"day": "2026-11-23"}).status_code == 303
    assert analyst.post("/province/days", data=token | {"day": "tomorrow"}).status_code == 422


def test_a_package_is_taken_by_the_page_and_the_receipts_can_be_fetched(table: Table, sides: tuple[Side, Side]) -> None:
    _, theirs = sides
    (table.desk.data.keys / "peer.pem").write_text(public_pem(THEIRS.public))
    analyst, county = table.seat("analyst"), table.seat("analyst", county="513301")
    token = {"csrf": analyst.headers["x-csrf-token"]}
    good = packed(theirs.party, [])

    for content, status in ((good, 303), (b"no zip", 422)):
        answer = analyst.post("/province/packages", data=token, files={"file": ("p.zip", content)})
        assert answer.status_code == status
    assert county.post("/province/packages", files={"file": ("p.zip", good)}).status_code == 404
    out_folder(table.desk.data.root).mkdir(parents=True)
    (out_folder(table.desk.data.root) / "a.zip").write_bytes(b"zip")
    assert "a.zip" in analyst.get("/province").text
    assert analyst.get("/province/packages/a.zip").content == b"zip"
    assert county.get("/province/packages/a.zip").status_code == 404
    assert analyst.get("/province/packages/..%2F..%2Fgongga.sqlite").status_code == 404
