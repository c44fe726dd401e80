"""What TAXII 2.1 puts on the wire: media type, errors, page tokens, filters. OASIS TAXII 2.1, chapters 1, 3 and 5."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from sqlalchemy import Row
from starlette.exceptions import HTTPException

from console.intelligence.taxii.shelf import Asked
from console.web.errors import sentence
from sensors.contract.batch import time_of, time_text

MEDIA: Final = "application/taxii+json"
MEDIA_TYPE: Final = f"{MEDIA};version=2.1"
MOST_BYTES: Final = 4 * 1024 * 1024
PAGE: Final = 100
MOST_PAGE: Final = 1000
_MOST_MATCHES: Final = 100
_TITLES: Final = {
    400: "The request cannot be read",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    406: "Not acceptable",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Unprocessable content",
    429: "Too many requests",
}


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A document of TAXII."""
    return Response(orjson.dumps(content), status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


class TaxiiRoute(APIRoute):
    """A route whose failures are TAXII error messages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, its exceptions caught."""
        handle = super().get_route_handler()

        async def caught(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException as error:
                return _error(error.status_code, str(error.detail), error.headers)
            except RequestValidationError as error:
                return _error(400, sentence(error), None)

        return caught


def _error(status: int, why: str, headers: Mapping[str, str] | None) -> Response:
    said = {"title": _TITLES.get(status, "Error"), "description": why, "http_status": str(status)}
    return answer(said, status, headers)


def accepts(header: str) -> bool:
    """Whether an Accept header takes what we send."""
    wished = [part.strip().lower().replace(" ", "") for part in header.split(",")]
    plain = {part.split(";q=")[0] for part in wished}
    return bool(plain & {MEDIA_TYPE, MEDIA, "*/*", "application/*"})


def is_taxii(content_type: str) -> bool:
    """Whether a body is said to be of TAXII 2.1."""
    return content_type.lower().replace(" ", "").replace('"', "") in (MEDIA_TYPE, f"{MEDIA_TYPE};charset=utf-8")


def asked(collection: str, query: Mapping[str, str], markings: Sequence[str], source: str | None) -> Asked:
    """What a reader asks for by its query. HTTPException 400 for a value that makes no sense."""
    return Asked(
        collection=collection,
        markings=tuple(markings),
        source=source,
        ids=_list(query, "match[id]"),
        types=_list(query, "match[type]"),
        versions=tuple(_version(one) for one in _list(query, "match[version]")) or ("last",),
        spec_versions=_list(query, "match[spec_version]"),
        added_after=_moment("added_after", query["added_after"]) if query.get("added_after") else None,
        after=_token(query["next"]) if query.get("next") else None,
        limit=_limit(query.get("limit")),
    )


def next_token(row: Row[Any]) -> str:
    """The token that the page after this row is asked for with."""
    return base64.urlsafe_b64encode(time_text(row.added_at).encode()).decode().rstrip("=")


def added(rows: Sequence[Row[Any]]) -> dict[str, str]:
    """The headers that say when the first and the last object of a page were added."""
    if not rows:
        return {}
    return {
        "X-TAXII-Date-Added-First": time_text(rows[0].added_at),
        "X-TAXII-Date-Added-Last": time_text(rows[-1].added_at),
    }


def envelope(name: str, members: Sequence[Any], rows: Sequence[Row[Any]], more: bool) -> dict[str, Any]:
    """A page: its members and, when more follow, the token for them."""
    if not members:
        return {}
    paging = {"more": True, "next": next_token(rows[-1])} if more else {"more": False}
    return {**paging, name: list(members)}


def version_said(row: Row[Any]) -> str:
    """A version as its object says it, so that readers find the same text in both."""
    return str(row.body.get("modified") or row.body.get("created") or row.version)


def _list(query: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(part for part in query.get(name, "").split(",") if part)
    if len(found) > _MOST_MATCHES:
        raise HTTPException(400, f"{name}: at most {_MOST_MATCHES} values")
    return found


def _version(text: str) -> str:
    return text if text in ("all", "first", "last") else time_text(_moment("match[version]", text))


def _limit(text: str | None) -> int:
    if text is None:
        return PAGE
    if not text.isdecimal() or not int(text[:9]) > 0:
        raise HTTPException(400, f"limit {text[:20]!r}: use a whole number above 0")
    return min(int(text[:9]), MOST_PAGE)


def _moment(name: str, text: str) -> datetime:
    try:
        return time_of(text)
    except ValueError:
        raise HTTPException(400, f"{name} {text[:40]!r}: use a moment such as 2026-11-23T12:00:00Z") from None


def _token(text: str) -> datetime:
    try:
        return time_of(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except (ValueError, binascii.Error):
        raise HTTPException(400, "next: not a token that this server gave; begin again without it") from None
