"""What every answer carries and every request must pass, before any route sees it."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web.settings import WebSettings
from sensors.contract.segment import MAX_SEGMENT_BYTES

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; report-uri /csp-report"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# These prove themselves otherwise (a token) or change nothing.
_FROM_ANYWHERE: Final = ("/ingest/", "/link/", "/csp-report")


class Shield:
    """Adds the headers, refuses bodies that are too large and writes that another site sent."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = MAX_SEGMENT_BYTES if scope["path"].startswith("/ingest/") else self._settings.max_body
        answer = self._with_headers(send)
        refusal = _refusal(scope, headers, limit)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        await self._app(scope, _limited(receive, limit), answer)

    def _with_headers(self, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if self._settings.https:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        return answer


def _refusal(scope: MutableMapping[str, Any], headers: Headers, limit: int) -> JSONResponse | None:
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > limit:
        return JSONResponse({"detail": _too_large(limit)}, 413)
    foreign = scope["method"] in _UNSAFE and not scope["path"].startswith(_FROM_ANYWHERE)
    if foreign and not same_origin(headers):
        return JSONResponse(
            {"detail": "This request came from another site and was refused; use the desk's own page."}, 403
        )
    return None


def same_origin(headers: Headers) -> bool:
    """Whether a browser says that the request came from our own page; other programs say nothing and carry a token."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        # A body may lie about its length or never end.
        if taken > limit:
            raise HTTPException(413, _too_large(limit))
        return message

    return limited


def _too_large(limit: int) -> str:
    return f"The request is larger than {limit} bytes, the most that is taken here; send less at a time."
