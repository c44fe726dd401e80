"""Our server, asked by a client that is not ours and by plain requests."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from analytics.intel.tables import INDICATOR
from console.audit.tables import AUDIT_ENTRY
from console.intelligence.peers import close, make
from console.intelligence.taxii.shelf import INBOX, SHARED, shelve
from console.intelligence.taxii.wire import MEDIA_TYPE, MOST_BYTES
from tests.console.deskside import Table
from tests.factories import NOON, at
from tests.intel_values import RED, indicator, stix_id
from tests.taxii_counterparts import served

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:taxii2client")
ROOT = "/taxii2/root/"
OBJECTS = f"{ROOT}collections/{SHARED}/objects/"
PUSH = f"{ROOT}collections/{INBOX}/objects/"


def peer(table: Table, name: str = "county", marking: str = "内部", may_add: bool = True) -> str:
    with table.desk.engine.begin() as connection:
        return make(connection, name, marking, may_add, "lead", NOON)


def asker(table: Table, token: str, **headers: str) -> TestClient:
    return table.browser(authorization=f"Bearer {token}", accept=MEDIA_TYPE, **headers)


def offer(table: Table, *objects: dict[str, Any], marking: str = "公开") -> None:
    with table.desk.engine.begin() as connection:
        shelve(connection, SHARED, [(one, marking) for one in objects], "us", NOON)


def test_taxii2_client_finds_pages_pulls_and_pushes(table: Table) -> None:
    from taxii2client.v21 import Server, as_pages

    token = peer(table)
    offer(table, *(indicator(n) for n in range(5)))
    with served(table) as url:
        server = Server(f"{url}/taxii2/", user="county", password=token)
        root = server.default
        assert root.versions == [MEDIA_TYPE]
        shared, inbox = root.collections
        assert (shared.can_read, shared.can_write, inbox.can_write) == (True, False, True)

        pages = list(as_pages(shared.get_objects, per_request=2))
        assert [[one["id"] for one in page["objects"]] for page in pages] == [
            [stix_id(0), stix_id(1)],
            [stix_id(2), stix_id(3)],
            [stix_id(4)],
        ]
        listed = shared.get_manifest()["objects"]
        assert [one["version"] for one in listed] == [indicator(n)["modified"] for n in range(5)]
        later = shared.get_objects(added_after=listed[2]["date_added"])
        assert [one["id"] for one in later["objects"]] == [stix_id(3), stix_id(4)]
        assert shared.get_object(stix_id(3))["objects"][0]["id"] == stix_id(3)
        assert shared.object_versions(stix_id(3))["versions"] == [indicator(3)["modified"]]
        assert shared.get_objects(type="malware") == {}

        status = inbox.add_objects({"objects": [indicator(11), {"type": "indicator", "id": "wrong"}]})
        assert (status.status, status.success_count, status.failure_count) == ("complete", 1, 1)
        assert root.get_status(status.id).total_count == 2
        assert [one["id"] for one in inbox.get_objects()["objects"]] == [stix_id(11)]
        server.close()
    with table.desk.reads.begin() as connection:
        (row,) = connection.execute(select(INDICATOR)).all()
        actions = connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all()
    assert (row.source, row.marking, row.state) == ("TAXII county", "内部", "watched")
    assert {"intelligence.peer", "intelligence.given", "intelligence.accept"} <= set(actions)


def test_basic_and_bearer_prove_a_peer_and_nothing_else_does(table: Table) -> None:
    token = peer(table)

    def basic(name: str, word: str) -> str:
        return "Basic " + base64.b64encode(f"{name}:{word}".encode()).decode()

    for header, status in (
        (f"Bearer {token}", 200),
        (basic("county", token), 200),
        (basic("other", token), 401),
        (basic("county", "x"), 401),
        ("Basic ???", 401),
        ("Digest x", 401),
        ("", 401),
    ):
        answer = table.browser(authorization=header).get("/taxii2/")
        assert answer.status_code == status, header
        assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert answer.json()["http_status"] == "401"
    with table.desk.engine.begin() as connection:
        close(connection, "county", "lead", NOON)
    assert asker(table, token).get("/taxii2/").status_code == 401


def test_who_tries_tokens_is_slowed_down(table: Table) -> None:
    token = peer(table)
    browser = table.browser(authorization="Bearer wrong")
    statuses = [browser.get("/taxii2/").status_code for _ in range(12)]

    assert statuses == [401] * 10 + [429] * 2
    # Who shares the address and has the right token is not locked out with them.
    right = {"authorization": f"Bearer {token}", "accept": MEDIA_TYPE}
    assert browser.get("/taxii2/", headers=right).status_code == 200


def test_wrong_tokens_are_audited_once_a_minute_and_no_header_not_at_all(table: Table) -> None:
    browser = table.browser()
    browser.get("/taxii2/")
    for _ in range(12):
        browser.get("/taxii2/", headers={"authorization": "Bearer guess"})

    with table.desk.reads.begin() as connection:
        (entry,) = connection.execute(select(AUDIT_ENTRY).where(AUDIT_ENTRY.c.action == "taxii.refuse")).all()
    assert "testclient" in entry.detail
    assert "guess" not in entry.detail


def test_a_peer_reads_nothing_above_its_marking_and_only_its_own_pushes(table: Table) -> None:
    offer(table, indicator(1))
    offer(table, indicator(2), marking="敏感")
    low, high = asker(table, peer(table, "low", "公开")), asker(table, peer(table, "high", "敏感"))
    assert low.post(PUSH, json={"objects": [indicator(3, object_marking_refs=[RED])]}, headers=BODY).status_code == 202

    def ids(browser: TestClient, path: str) -> list[str]:
        return [one["id"] for one in browser.get(path).json().get("objects", [])]

    assert ids(low, OBJECTS) == [stix_id(1)]
    assert ids(high, OBJECTS) == [stix_id(1), stix_id(2)]
    assert low.get(f"{OBJECTS}{stix_id(2)}/").status_code == 404
    assert ids(low, PUSH) == [stix_id(3)]
    assert ids(high, PUSH) == []


BODY = {"content-type": MEDIA_TYPE}


@pytest.mark.parametrize(
    ("method", "path", "headers", "content", "status"),
    [
        ("GET", OBJECTS, {"accept": "text/html"}, None, 406),
        ("GET", OBJECTS, {"accept": "application/taxii+json;version=2.0"}, None, 406),
        ("GET", f"{ROOT}collections/none/objects/", {}, None, 404),
        ("GET", f"{ROOT}status/none/", {}, None, 404),
        ("GET", f"{OBJECTS}?limit=0", {}, None, 400),
        ("GET", f"{OBJECTS}?limit=-1", {}, None, 400),
        ("GET", f"{OBJECTS}?added_after=yesterday", {}, None, 400),
        ("GET", f"{OBJECTS}?next=%2F%2F", {}, None, 400),
        ("GET", f"{OBJECTS}?match[version]=x", {}, None, 400),
        ("GET", f"{OBJECTS}?match[id]={','.join('a' * 101)}", {}, None, 400),
        ("POST", OBJECTS, BODY, b'{"objects": []}', 403),
        ("POST", PUSH, {"content-type": "application/json"}, b'{"objects": []}', 415),
        ("POST", PUSH, BODY, b"{", 422),
        ("POST", PUSH, BODY, b"[" * 100_000, 422),
        ("POST", PUSH, BODY, b'{"object": []}', 422),
        ("POST", PUSH, BODY, b" " * (MOST_BYTES + 1), 413),
    ],
)
def test_a_wrong_request_gets_its_status_as_an_error_of_taxii(
    table: Table, method: str, path: str, headers: dict[str, str], content: bytes | None, status: int
) -> None:
    answer = asker(table, peer(table)).request(method, path, headers=headers, content=content)

    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    assert answer.json()["http_status"] == str(status)
    assert answer.json()["title"]


@pytest.mark.parametrize("query", ["added_after", "match[version]"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B08:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_outside_of_the_calendar_is_a_wrong_request(table: Table, query: str, moment: str) -> None:
    assert asker(table, peer(table)).get(f"{OBJECTS}?{query}={moment}").status_code == 400


def test_an_object_without_an_id_is_a_failure_among_the_others(table: Table) -> None:
    sent = {"objects": [{}, {"id": 5}, [], indicator(1)]}
    answer = asker(table, peer(table)).post(PUSH, json=sent, headers={"content-type": MEDIA_TYPE}).json()

    assert (answer["success_count"], answer["failure_count"], answer["total_count"]) == (1, 3, 4)


def test_a_peer_that_may_only_read_cannot_add(table: Table) -> None:
    browser = asker(table, peer(table, may_add=False))

    assert browser.post(PUSH, json={"objects": []}, headers=BODY).status_code == 403
    assert not browser.get(f"{ROOT}collections/{INBOX}/").json()["can_write"]


def test_a_page_says_when_its_objects_were_added_and_nothing_is_an_empty_envelope(table: Table) -> None:
    browser = asker(table, peer(table))
    assert browser.get(OBJECTS).json() == {}
    offer(table, indicator(1), indicator(2))

    answer = browser.get(f"{OBJECTS}?limit=1")

    assert answer.json()["more"] is True
    assert answer.headers["x-taxii-date-added-first"] == answer.headers["x-taxii-date-added-last"]
    rest = browser.get(f"{OBJECTS}?limit=1&next={answer.json()['next']}")
    assert (rest.json()["more"], "next" in rest.json()) == (False, False)
    assert browser.get(OBJECTS, params={"added_after": at(3600).isoformat()}).json() == {}


def test_a_status_is_for_who_pushed(table: Table) -> None:
    mine, other = asker(table, peer(table, "a")), asker(table, peer(table, "b"))
    said = mine.post(PUSH, json={"objects": [indicator(1)]}, headers=BODY).json()

    assert mine.get(f"{ROOT}status/{said['id']}/").json() == said
    assert other.get(f"{ROOT}status/{said['id']}/").status_code == 404
