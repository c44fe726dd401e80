"""The guard at every route: who is it, and may they. Deny by default."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from fastapi import Request
from sqlalchemy import Engine, Row, select
from starlette.concurrency import run_in_threadpool

from console.accounts import sessions
from console.accounts.permissions import APART, PERMISSIONS, SELF
from console.accounts.tables import ACCOUNT_GRANT
from console.accounts.viewer import Viewer
from console.web.desk import desk
from console.web.i18n import language_of

# What an account that must change its password, or still owes its second factor, can reach.
CHANGE: Final = "change"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf"
# Sent by live.js with what a page asks by itself: it must not keep an abandoned desk logged in.
PASSIVE_HEADER: Final = "x-passive"
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class NotLoggedInError(Exception):
    """Nobody is logged in, or the session has ended."""


class MustChangeError(Exception):
    """The password was chosen by somebody else and opens only the page where it is changed."""


class ForbiddenError(Exception):
    """The viewer lacks the permission, or the request did not come from our own page."""

    def __init__(self, who: Viewer | None, reason: str) -> None:
        super().__init__(reason)
        self.who = who
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Found:
    who: Viewer
    must_change: bool


@cache
def viewer(permission: str) -> Callable[[Request], Coroutine[Any, Any, Viewer]]:
    """A dependency that lets through whoever has the permission, and hands over who it is."""
    if permission not in {*PERMISSIONS, SELF, CHANGE}:
        raise ValueError(f"unknown permission {permission!r}")

    async def guard(request: Request) -> Viewer:
        token = request.cookies.get(sessions.COOKIE)
        here = desk(request)
        found = await run_in_threadpool(_look_up, here.reads, here.engine, token, here.clock(), request)
        if found is None:
            raise NotLoggedInError
        if request.method not in SAFE_METHODS and not await _from_our_page(request, found.who.csrf):
            raise ForbiddenError(found.who, "csrf")
        if found.must_change and permission != CHANGE:
            raise MustChangeError
        if permission != CHANGE and not found.who.may(permission):
            raise ForbiddenError(found.who, permission)
        request.state.who = found.who
        return found.who

    return guard


async def identify(request: Request) -> Viewer | None:
    """Who is logged in, for pages that are open to all; it opens nothing."""
    here = desk(request)
    token = request.cookies.get(sessions.COOKIE)
    found = await run_in_threadpool(_look_up, here.reads, here.engine, token, here.clock(), request)
    return found.who if found and not found.must_change else None


def permission_of(dependency: object) -> str | None:
    """The permission that a dependency asks for; None when it is no guard."""
    return next((name for name in (*PERMISSIONS, SELF, CHANGE) if viewer(name) is dependency), None)


def _look_up(reads: Engine, engine: Engine, token: str | None, at: datetime, request: Request) -> _Found | None:
    if not token or len(token) > 100:
        return None
    with reads.begin() as connection:
        row = sessions.find(connection, token, at)
        if row is None or not _opens(row, request):
            return None
        grants = connection.execute(select(ACCOUNT_GRANT).where(ACCOUNT_GRANT.c.account_id == row.account_id)).all()
    if PASSIVE_HEADER not in request.headers and sessions.wants_touch(row.session_seen_at, at):
        with engine.begin() as connection:
            sessions.touch(connection, token, at)
    counties, units = scope_of([(grant.role, grant.county, grant.unit_id) for grant in grants])
    who = Viewer(
        account_id=row.account_id,
        login=row.account_login,
        name=row.account_name,
        roles=frozenset(grant.role for grant in grants),
        counties=counties,
        units=units,
        language=language_of(request, row.account_language),
        csrf=row.session_csrf,
    )
    return _Found(who, row.account_must_change)


def _opens(row: Row[Any], request: Request) -> bool:
    """Whether the session opens anything: a full one does, a machine's only reads and only from its own address."""
    if row.session_stage == sessions.KIOSK_STAGE:
        address = request.client.host if request.client else ""
        return request.method in SAFE_METHODS and address == row.session_address
    return bool(row.session_stage == "full")


def scope_of(
    grants: list[tuple[str, str | None, str | None]],
) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Counties and units of (role, county, unit) grants; (None, None) is everything, empty sets are nothing."""
    business = [(county, unit) for role, county, unit in grants if role not in APART]
    if any(county is None and unit is None for county, unit in business):
        return None, None
    return (
        frozenset(county for county, _ in business if county),
        frozenset(unit for _, unit in business if unit),
    )


async def _from_our_page(request: Request, csrf: str) -> bool:
    sent: object = request.headers.get(CSRF_HEADER)
    if sent is None and request.headers.get("content-type", "").startswith(_FORMS):
        sent = (await request.form()).get(CSRF_FIELD)
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), csrf.encode())
