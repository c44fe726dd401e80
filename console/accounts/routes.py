"""Pages around one's own account: log in, log out, password, second factor, sessions, preferences."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from console.accounts import login as entry
from console.accounts import queries, use_cases
from console.accounts.agents import agent_words
from console.accounts.guard import CHANGE, viewer
from console.accounts.roles import role_words
from console.accounts.sessions import ABSOLUTE, COOKIE, Origin, hash_of
from console.accounts.totp import enrol
from console.accounts.use_cases import AccountError
from console.accounts.viewer import Viewer
from console.web.desk import Desk, desk
from console.web.i18n import COOKIE as LANGUAGE_COOKIE
from console.web.i18n import LANGUAGES, language_of, translator
from console.web.render import THEMES, page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Me = Annotated[Viewer, Depends(viewer("self"))]
_YEAR: Final = 365 * 24 * 3600


@router.get("/login", include_in_schema=False)
def login_page(request: Request, next: str = "/") -> Response:
    return page(request, None, "accounts/login.html", problem=None, login="", next=local_path(next))


@router.post("/login", include_in_schema=False)
def log_in(
    request: Request,
    here: Here,
    login: Annotated[str, Form(max_length=40)],
    password: Annotated[str, Form(max_length=200)],
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    old = request.cookies.get(COOKIE)
    result = entry.log_in(here.engine, login, password, here.clock(), origin_of(request), old)
    if isinstance(result, entry.Refused):
        say = translator(language_of(request))
        status = 429 if result.limited else 401
        return page(
            request,
            None,
            "accounts/login.html",
            status,
            problem=say(result.reason),
            login=login,
            next=local_path(next),
        )
    if isinstance(result, entry.NeedsCode):
        answer = page(request, None, "accounts/code.html", problem=None, next=local_path(next))
        return with_session(request, answer, result.token)
    return with_session(request, RedirectResponse(local_path(next), 303), result.token)


@router.post("/login/code", include_in_schema=False)
def log_in_code(
    request: Request,
    here: Here,
    code: Annotated[str, Form(max_length=10)],
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    token = request.cookies.get(COOKIE, "")
    result = entry.give_code(here.engine, token, code, here.clock(), origin_of(request))
    if result is None:
        return RedirectResponse("/login", 303)
    if isinstance(result, entry.Refused):
        problem = translator(language_of(request))(result.reason)
        status = 429 if result.limited else 401
        return page(request, None, "accounts/code.html", status, problem=problem, next=local_path(next))
    return with_session(request, RedirectResponse(local_path(next), 303), result.token)


@router.post("/logout", include_in_schema=False)
def log_out(request: Request, here: Here, who: Annotated[Viewer, Depends(viewer(CHANGE))]) -> Response:
    entry.log_out(here.engine, request.cookies[COOKIE], who.login, here.clock())
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/account/password", include_in_schema=False)
def password_page(request: Request, who: Annotated[Viewer, Depends(viewer(CHANGE))]) -> Response:
    return page(request, who, "accounts/password.html", problem=None)


@router.post("/account/password", include_in_schema=False)
def change_password(
    request: Request,
    here: Here,
    who: Annotated[Viewer, Depends(viewer(CHANGE))],
    current: Annotated[str, Form(max_length=200)],
    new: Annotated[str, Form(max_length=200)],
    again: Annotated[str, Form(max_length=200)],
) -> Response:
    say = translator(who.language)
    if new != again:
        return page(request, who, "accounts/password.html", 422, problem=say("两次输入的新口令不一致"))
    try:
        token = use_cases.change_password(here.engine, who.login, current, new, here.clock(), origin_of(request))
    except AccountError as error:
        return page(request, who, "accounts/password.html", 422, problem=say(str(error)))
    return with_session(request, RedirectResponse("/", 303), token)


@router.get("/account", include_in_schema=False)
def account_page(request: Request, here: Here, who: Me, totp: bool = False) -> Response:
    return _account(request, here, who, totp=totp)


@router.post("/account/totp", include_in_schema=False)
def enrol_totp(
    request: Request,
    here: Here,
    who: Me,
    secret: Annotated[str, Form(max_length=40)],
    code: Annotated[str, Form(max_length=10)],
) -> Response:
    try:
        token = use_cases.enrol_totp(
            here.engine, request.cookies[COOKIE], who.login, secret, code, here.clock(), origin_of(request)
        )
    except AccountError as error:
        return _account(request, here, who, totp=True, problem=translator(who.language)(str(error)))
    return with_session(request, RedirectResponse("/account", 303), token or "")


@router.post("/account/totp/remove", include_in_schema=False)
def remove_totp(request: Request, here: Here, who: Me, current: Annotated[str, Form(max_length=200)]) -> Response:
    try:
        use_cases.remove_totp(here.engine, who.login, current, here.clock())
    except AccountError as error:
        return _account(request, here, who, problem=translator(who.language)(str(error)))
    return RedirectResponse("/account", 303)


@router.post("/account/sessions/{id_hash}/close", include_in_schema=False)
def close_session(here: Here, who: Me, id_hash: str) -> Response:
    if not use_cases.close_own_session(here.engine, who.account_id, who.login, id_hash, here.clock()):
        raise HTTPException(404)
    return RedirectResponse("/account", 303)


@router.post("/preferences", include_in_schema=False)
def prefer(
    request: Request,
    here: Here,
    back: Annotated[str, Form(max_length=500)] = "/",
    theme: Annotated[str | None, Form()] = None,
    language: Annotated[str | None, Form()] = None,
) -> Response:
    answer = RedirectResponse(local_path(back), 303)
    if theme in THEMES:
        answer.set_cookie("theme", theme, max_age=_YEAR, samesite="lax")
    if language and language in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax")
        if token := request.cookies.get(COOKIE):
            use_cases.set_language(here.engine, token, language, here.clock())
    return answer


def local_path(path: str) -> str:
    """The path when it stays on this desk, else the workbench: nobody is sent elsewhere by a link."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if safe else "/"


def origin_of(request: Request) -> Origin:
    return Origin(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def with_session(request: Request, answer: Response, token: str) -> Response:
    """Put the session's number into the cookie."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.https,
    )
    return answer


def _account(request: Request, here: Desk, who: Viewer, *, totp: bool = False, problem: str | None = None) -> Response:
    with here.reads.begin() as connection:
        account = queries.own_account(connection, who.account_id)
        sessions = queries.living_sessions(connection, who.account_id, here.clock())
    say = translator(who.language)
    return page(
        request,
        who,
        "accounts/account.html",
        422 if problem else 200,
        account=account,
        sessions=sessions,
        agent_words=agent_words,
        mine=hash_of(request.cookies[COOKIE]),
        roles=[say(role_words(role)) for role in sorted(who.roles)],
        enrolment=enrol(who.login) if totp and not account.totp_secret else None,
        problem=problem,
    )
