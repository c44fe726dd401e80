"""The page where the administrator keeps the accounts. Every act here is an entry in the audit chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from console.accounts import use_cases
from console.accounts.guard import viewer
from console.accounts.queries import AccountLine, all_accounts
from console.accounts.roles import ROLE_WORDS, role_words
from console.accounts.use_cases import AccountError, Grants
from console.accounts.viewer import Viewer
from console.web.desk import Desk, desk
from console.web.i18n import translator
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Keeper = Annotated[Viewer, Depends(viewer("accounts.manage"))]


class GrantsBody(BaseModel):
    """Roles over a scope: counties and units, or the whole prefecture."""

    model_config = ConfigDict(extra="forbid", strict=True)

    roles: list[str] = Field(max_length=8)
    counties: list[str] = Field(default=[], max_length=18)
    units: list[str] = Field(default=[], max_length=50)

    def grants(self) -> Grants:
        return Grants(frozenset(self.roles), frozenset(self.counties), frozenset(self.units))


class NewAccount(GrantsBody):
    """An account to make."""

    login: str = Field(max_length=40)
    name: str = Field(max_length=60)


class Activity(BaseModel):
    """Whether an account opens anything."""

    model_config = ConfigDict(extra="forbid", strict=True)

    active: bool


@router.get("/accounts", include_in_schema=False)
def show(request: Request, here: Here, who: Keeper) -> Response:
    return _list(request, here, who)


@router.post("/accounts", include_in_schema=False)
def add(
    request: Request,
    here: Here,
    who: Keeper,
    login: Annotated[str, Form(max_length=40)],
    name: Annotated[str, Form(max_length=60)],
    roles: Annotated[list[str] | None, Form()] = None,
    counties: Annotated[str, Form(max_length=400)] = "",
    units: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    grants = Grants(frozenset(roles or ()), words(counties), words(units))
    try:
        password = use_cases.create_account(here.engine, login, name, grants, here.clock(), who.login)
    except AccountError as error:
        return _list(request, here, who, problem=str(error))
    return _list(request, here, who, handed=(login, password))


@router.post("/accounts/{login}/reset", include_in_schema=False)
def reset(request: Request, here: Here, who: Keeper, login: str) -> Response:
    try:
        password = use_cases.reset_password(here.engine, login, here.clock(), who.login)
    except AccountError as error:
        return _list(request, here, who, problem=str(error))
    return _list(request, here, who, handed=(login, password))


@router.post("/accounts/{login}/grants", include_in_schema=False)
def grant(
    request: Request,
    here: Here,
    who: Keeper,
    login: str,
    roles: Annotated[list[str] | None, Form()] = None,
    counties: Annotated[str, Form(max_length=400)] = "",
    units: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    grants = Grants(frozenset(roles or ()), words(counties), words(units))
    try:
        use_cases.set_grants(here.engine, login, grants, here.clock(), who.login)
    except AccountError as error:
        return _list(request, here, who, problem=str(error))
    return _list(request, here, who)


@router.post("/accounts/{login}/active", include_in_schema=False)
def activate(request: Request, here: Here, who: Keeper, login: str, active: Annotated[bool, Form()]) -> Response:
    try:
        use_cases.set_active(here.engine, login, active, here.clock(), who.login)
    except AccountError as error:
        return _list(request, here, who, problem=str(error))
    return _list(request, here, who)


@router.get("/api/v1/accounts")
def as_data(here: Here, who: Keeper) -> list[dict[str, Any]]:
    """Every account with its roles and scope; never a password."""
    with here.reads.begin() as connection:
        return [_document(line) for line in all_accounts(connection)]


@router.post("/api/v1/accounts", status_code=201)
def add_by_api(here: Here, who: Keeper, account: NewAccount) -> dict[str, str]:
    """Make an account; the answer holds its one-time password, once."""
    with in_words():
        password = use_cases.create_account(
            here.engine, account.login, account.name, account.grants(), here.clock(), who.login
        )
    return {"login": account.login, "password": password}


@router.post("/api/v1/accounts/{login}/reset")
def reset_by_api(here: Here, who: Keeper, login: str) -> dict[str, str]:
    """Give an account a one-time password; its sessions end."""
    with in_words():
        return {"login": login, "password": use_cases.reset_password(here.engine, login, here.clock(), who.login)}


@router.put("/api/v1/accounts/{login}/grants", status_code=204)
def grant_by_api(here: Here, who: Keeper, login: str, body: GrantsBody) -> None:
    """Replace the roles and the scope of an account."""
    with in_words():
        use_cases.set_grants(here.engine, login, body.grants(), here.clock(), who.login)


@router.put("/api/v1/accounts/{login}/active", status_code=204)
def activate_by_api(here: Here, who: Keeper, login: str, body: Activity) -> None:
    """Close an account, or open it again."""
    with in_words():
        use_cases.set_active(here.engine, login, body.active, here.clock(), who.login)


@contextmanager
def in_words() -> Iterator[None]:
    """What cannot be done to an account becomes a sentence with status 422."""
    try:
        yield
    except AccountError as error:
        raise HTTPException(422, translator("en")(str(error))) from error


def words(text: str) -> frozenset[str]:
    """The words of a field, whatever stands between them."""
    return frozenset(text.replace(",", " ").replace("，", " ").replace("、", " ").split())


def _list(
    request: Request,
    here: Desk,
    who: Viewer,
    *,
    problem: str | None = None,
    handed: tuple[str, str] | None = None,
) -> Response:
    with here.reads.begin() as connection:
        lines = all_accounts(connection)
    say = translator(who.language)
    return page(
        request,
        who,
        "accounts/accounts.html",
        422 if problem else 200,
        lines=lines,
        roles=ROLE_WORDS,
        role_words=role_words,
        problem=say(problem) if problem else None,
        handed=handed,
    )


def _document(line: AccountLine) -> dict[str, Any]:
    return {
        "login": line.login,
        "name": line.name,
        "active": line.active,
        "must_change": line.must_change,
        "totp": line.totp,
        "roles": list(line.roles),
        "counties": list(line.counties),
        "units": list(line.units),
        "last_seen": line.last_seen.isoformat() if line.last_seen else None,
    }
