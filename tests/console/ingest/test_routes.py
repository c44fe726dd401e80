"""`POST /ingest/segments`."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from analytics.intake.receive import Refused, receive
from console.ingest.use_cases import new_token
from console.web import security
from sensors.contract.segment import encode
from tests.console.deskside import Table
from tests.factories import NOON, segment

CONTENT = encode(segment("flow", {}, sensor="s1"))


def sensor(table: Table, name: str = "s1") -> TestClient:
    """A sensor whose segments go into the real inbox."""
    desk = table.desk
    table.desk = replace(
        desk, receive=lambda content, named: receive(desk.data, desk.engine, content, named, table.clock())
    )
    token = new_token(desk.engine, name, NOON, "machine")
    return table.browser(authorization=f"Bearer {token}")


def test_a_segment_is_stored_once(table: Table) -> None:
    client = sensor(table)

    assert client.post("/ingest/segments", content=CONTENT).status_code == 201
    assert client.post("/ingest/segments", content=CONTENT).status_code == 200
    assert [path.read_bytes() for path in table.desk.data.inbox.iterdir()] == [CONTENT]


def test_without_a_token_nothing_is_taken(table: Table) -> None:
    for headers in ({}, {"authorization": "Bearer gs_guess"}, {"authorization": "Basic eA=="}):
        answer = table.browser(**headers).post("/ingest/segments", content=CONTENT)
        assert answer.status_code == 401
        assert "gongga sensor token" in answer.json()["detail"]
    assert table.received == []


def test_damaged_bytes_are_refused_in_one_sentence_and_kept(table: Table) -> None:
    broken = bytearray(CONTENT)
    broken[len(broken) // 2] ^= 1

    answer = sensor(table).post("/ingest/segments", content=bytes(broken))

    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert list(table.desk.data.quarantine.iterdir())


def test_an_empty_body_is_no_segment(table: Table) -> None:
    assert sensor(table).post("/ingest/segments").status_code == 400


def test_a_sensor_cannot_speak_for_another(table: Table) -> None:
    answer = sensor(table, "s2").post("/ingest/segments", content=CONTENT)

    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "This token is sensor s2's, the segment is sensor s1's.",
    )


def test_a_body_beyond_the_limit_is_refused(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "MAX_SEGMENT_BYTES", 100)

    answer = sensor(table).post("/ingest/segments", content=b"x" * 101)

    assert (answer.status_code, list(table.desk.data.inbox.iterdir())) == (413, [])


def test_a_full_disk_tells_the_sensor_to_keep_its_segment(table: Table) -> None:
    client = sensor(table)

    def full(_content: bytes, _name: str) -> Refused:
        raise OSError(errno.ENOSPC, "No space left on device")

    client.app.state.desk = replace(table.desk, receive=full)  # type: ignore[attr-defined]

    answer = client.post("/ingest/segments", content=CONTENT)

    assert answer.status_code == 507
    assert "keep the segment" in answer.json()["detail"]
