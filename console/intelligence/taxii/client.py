"""Our TAXII 2.1 client: pages of a collection of another server, pushing to one. What comes back is not believed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

import orjson

from console.intelligence.reading import NotTaken, parse
from console.intelligence.taxii.wire import MEDIA_TYPE
from console.office.http import Answer, Unreached, ask
from sensors.contract.batch import time_of, time_text

# A server that always says that more follows is left after so many pages; the next visit goes on from there.
MOST_PAGES: Final = 200
_WORDS: Final = 200
_PAGE: Final = 500
_TICK: Final = timedelta(microseconds=1)

Asks = Callable[..., Answer]


class Declined(OSError):
    """The server answered and would not; the sentence says what it said."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A collection of another server by its address. `secret` is `user:password`, or a token alone for Bearer."""

    url: str
    secret: str = ""
    send: Asks = ask

    def pages(self, added_after: str | None = None, limit: int = _PAGE) -> Iterator[Page]:
        """The objects added after a moment, in pages, in the order they were added. Unreached, Declined."""
        token: str | None = None
        before: tuple[Any, ...] = ()
        moment = added_after
        for _ in range(MOST_PAGES):
            query = {"limit": str(limit), "added_after": moment if token is None else added_after, "next": token}
            page = self._page({name: value for name, value in query.items() if value})
            yield page
            moment = page.added_last or moment
            if not page.more or not page.objects:
                return
            if page.token is None and page.added_last is None:
                raise Declined(f"{self.url} says that more follows and not how to ask for it")
            # medallion 3 keeps one token for all pages that follow.
            if page.token is not None and page.token == token and page.objects == before:
                raise Declined(f"{self.url} gives the same page again")
            token, before = page.token, page.objects

    def push(self, objects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Add objects; the status resource that the server answers with. Unreached, Declined."""
        headers = {"content-type": MEDIA_TYPE}
        answer = self._ask("POST", self._at("objects/"), 202, orjson.dumps({"objects": list(objects)}), headers)
        return _document(answer, self.url)

    def status(self, status_id: str) -> dict[str, Any]:
        """How a push stands. Unreached, Declined."""
        root = self._at("../../")
        return _document(self._ask("GET", urljoin(root, f"status/{status_id}/"), 200), self.url)

    def described(self) -> dict[str, Any]:
        """What the server says of the collection. Unreached, Declined."""
        return _document(self._ask("GET", self._at(""), 200), self.url)

    def _page(self, query: Mapping[str, str]) -> Page:
        answer = self._ask("GET", f"{self._at('objects/')}?{urlencode(query)}", 200)
        found = _document(answer, self.url)
        objects, token = found.get("objects", []), found.get("next")
        if not isinstance(objects, list) or not isinstance(token, str | None):
            raise Declined(f"{self.url} answered with something that is no TAXII envelope")
        first = _moment(answer, "x-taxii-date-added-first")
        # medallion 3 names only the first when a page has one object.
        last = _moment(answer, "x-taxii-date-added-last") or (first if len(objects) == 1 else None)
        return Page(tuple(objects), first, last, found.get("more") is True, token)

    def _at(self, path: str) -> str:
        return urljoin(self.url if self.url.endswith("/") else f"{self.url}/", path)

    def _ask(
        self, method: str, url: str, expected: int, body: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        headers = {"accept": MEDIA_TYPE, **(more or {})}
        if self.secret:
            basic = base64.b64encode(self.secret.encode()).decode()
            headers["authorization"] = f"Basic {basic}" if ":" in self.secret else f"Bearer {self.secret}"
        answer = self.send(method, url, body, headers)
        if answer.status >= 500 or answer.status == 429:
            raise Unreached(f"{url} answered {answer.status}: {_said(answer)}")
        if answer.status != expected:
            raise Declined(f"{url} answered {answer.status}: {_said(answer)}")
        return answer


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its objects, when its first and last were added there, whether more follow and by which token."""

    objects: tuple[Any, ...]
    added_first: str | None
    added_last: str | None
    more: bool
    token: str | None

    @property
    def reached(self) -> str | None:
        """The moment after which to go on when this page was taken.

        Several objects may have been added at one moment, and only some of them be on this page.
        """
        if not self.more or self.added_first is None:
            return self.added_last
        return time_text(time_of(self.added_first) - _TICK)


def check_url(url: str) -> str:
    """The address of a collection, as it is kept. ValueError when it is none."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or len(url) > 400:
        raise ValueError(f"{url[:80]!r}: use the address of a collection, https://HOST/…/collections/ID/")
    return url.strip()


def _document(answer: Answer, url: str) -> dict[str, Any]:
    if not answer.body.strip():
        return {}
    try:
        return parse(answer.body)
    except NotTaken as error:
        raise Declined(f"{url} answered with something that is no TAXII: {error.code}") from error


def _moment(answer: Answer, name: str) -> str | None:
    text = answer.headers.get(name, "")
    try:
        return time_text(time_of(text)) if text else None
    except (ValueError, OverflowError):
        return None


def _said(answer: Answer) -> str:
    """What an error of TAXII says; nothing of another answer: no address inside the house is read like this."""
    try:
        found = parse(answer.body)
    except NotTaken:
        found = {}
    return str(found.get("description") or found.get("title") or "no words of TAXII")[:_WORDS]
