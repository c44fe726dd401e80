"""Our client at a server that is not ours, and at hostile ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from console.intelligence.taxii.client import MOST_PAGES, Declined, Remote, check_url
from console.office.http import Answer, Unreached
from tests.intel_values import indicator, stix_id
from tests.taxii_counterparts import medallion

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:medallion", "ignore::DeprecationWarning:flask")


@pytest.fixture(scope="module")
def collection() -> Iterator[str]:
    with medallion() as url:
        yield url


def test_medallion_takes_what_we_push_and_gives_it_back_in_pages(collection: str) -> None:
    remote = Remote(collection, "user:pass")

    said = remote.push([indicator(n) for n in range(5)])
    assert (said["status"], said["success_count"]) == ("complete", 5)
    assert remote.status(said["id"])["id"] == said["id"]
    assert remote.described()["can_write"]

    pages = list(remote.pages(limit=2))
    assert [len(page.objects) for page in pages] == [2, 2, 1]
    assert [one["id"] for page in pages for one in page.objects] == [stix_id(n) for n in range(5)]
    after = pages[-1].reached
    assert after is not None
    assert [page.objects for page in remote.pages(after)] == [()]
    remote.push([indicator(9)])
    assert [one["id"] for page in remote.pages(after) for one in page.objects] == [stix_id(9)]


def test_an_address_inside_the_house_is_not_read_through_an_error() -> None:
    answers = [
        Answer(404, {"content-type": "text/html"}, b"<h1>secret page</h1>"),
        Answer(404, {"content-type": "application/json"}, b'{"password": "secret"}'),
        Answer(404, {}, b"secret"),
    ]
    left = iter(answers)
    remote = Remote("http://127.0.0.1:9/c/", send=lambda *_: next(left))
    for _ in answers:
        with pytest.raises(Declined, match=r"answered 404: no words of TAXII$"):
            remote.described()


def test_a_wrong_password_is_said(collection: str) -> None:
    with pytest.raises(Declined, match="401"):
        list(Remote(collection, "user:wrong").pages())


class Server:
    """Answers as it was told; what was asked is kept."""

    def __init__(self, *answers: tuple[int, Any, Mapping[str, str]]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, method: str, url: str, body: bytes | None = None, headers: Any = None, **_: Any) -> Answer:
        self.asked.append((url, headers))
        status, content, more = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Answer(status, more, content if isinstance(content, bytes) else json.dumps(content).encode())


LAST = {"x-taxii-date-added-first": "2026-11-23T12:00:00Z", "x-taxii-date-added-last": "2026-11-23T12:00:05Z"}


def test_a_token_goes_as_bearer_and_the_start_stays_while_pages_follow() -> None:
    server = Server((200, {"more": True, "next": "n1", "objects": [1]}, LAST), (200, {"objects": [2]}, LAST))

    pages = list(Remote("https://x.test/c/1", "token", server).pages("2026-01-01T00:00:00Z"))

    assert [url.partition("?")[0] for url, _ in server.asked] == ["https://x.test/c/1/objects/"] * 2
    assert "next=n1" in server.asked[1][0]
    assert all("added_after=2026-01-01" in url for url, _ in server.asked)
    assert server.asked[0][1]["authorization"] == "Bearer token"
    # Others may have been added at the moment of the first: killed here, the page is asked for again.
    assert [page.reached for page in pages] == ["2026-11-23T11:59:59.999999Z", "2026-11-23T12:00:05.000000Z"]


def test_a_server_without_tokens_is_asked_on_from_the_last_moment() -> None:
    server = Server((200, {"more": True, "objects": [1]}, LAST), (200, {"objects": [2]}, LAST))

    list(Remote("https://x.test/c/1/", "", server).pages())

    assert "added_after=2026-11-23T12%3A00%3A05" in server.asked[1][0]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([(500, {}, {})], Unreached),
        ([(429, {"title": "slow"}, {})], Unreached),
        ([(404, {"title": "none"}, {})], Declined),
        ([(302, b"", {"location": "http://127.0.0.1/"})], Declined),
        ([(200, b"<html>", {})], Declined),
        ([(200, b"[" * 90_000, {})], Declined),
        ([(200, {"objects": {}}, {})], Declined),
        ([(200, {"objects": [1], "more": True, "next": 5}, {})], Declined),
        ([(200, {"objects": [1], "more": True}, {})], Declined),
        ([(200, {"objects": [1], "more": True, "next": "n"}, {})], Declined),
    ],
)
def test_what_makes_no_sense_is_left_with_a_sentence(answers: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"x\.test"):
        list(Remote("https://x.test/c/1/", "a:b", Server(*answers)).pages())


def test_a_server_that_never_ends_is_left_after_so_many_pages() -> None:
    many = [(200, {"objects": [n], "more": True, "next": str(n)}, LAST) for n in range(MOST_PAGES + 5)]

    assert len(list(Remote("https://x.test/c/1/", "", Server(*many)).pages())) == MOST_PAGES


@pytest.mark.parametrize("url", ["", "ftp://x/", "https://", "https://a:b@x.test/", "https://x.test/" + "a" * 400])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address of a collection"):
        check_url(url)
    assert check_url(" https://x.test/c/ ") == "https://x.test/c/"
