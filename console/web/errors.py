"""What people and programs see when something does not work: what, where, what to do."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from console.accounts.guard import ForbiddenError, MustChangeError, NotLoggedInError, identify
from console.web.acts import Said
from console.web.i18n import language_of, mark
from console.web.render import page
from console.web.security import HEADERS

_LOG: Final = logging.getLogger("gongga.console")

# status → what happened, what to do
WORDS: Final = {
    400: (mark("请求无法理解"), mark("请返回上一页重试。")),
    403: (mark("没有权限"), mark("您的角色不能打开此页。如确需使用，请联系管理员调整授权。")),
    404: (mark("没有找到"), mark("该对象不存在，或不在您的管辖范围内。请从列表重新打开。")),
    405: (mark("不支持的操作"), mark("请返回上一页重试。")),
    409: (mark("内容已被他人更改"), mark("请刷新页面，核对最新内容后再操作。")),
    413: (mark("内容过大"), mark("请减小文件或分批提交。")),
    422: (mark("填写有误"), mark("请按提示修改后重新提交。")),
    429: (mark("尝试次数过多"), mark("请稍后再试。")),
    500: (mark("系统出错"), mark("错误已记入日志。请稍后重试；如反复出现，请把时间和操作告诉管理员。")),
    507: (mark("存储空间不足"), mark("请联系管理员清理磁盘；已存数据不受影响。")),
}


def install(app: FastAPI) -> None:
    """Give every kind of failure its answer."""
    app.add_exception_handler(NotLoggedInError, _log_in)
    app.add_exception_handler(MustChangeError, _must_change)
    app.add_exception_handler(ForbiddenError, _forbidden)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(UnicodeEncodeError, _half_a_character)
    app.add_exception_handler(Exception, _crashed)


def is_api(request: Request) -> bool:
    """Whether a program asks: it gets JSON instead of a page."""
    return request.url.path.startswith(("/api/", "/ingest/", "/link/", "/taxii2/"))


def sentence(error: RequestValidationError) -> str:
    """One sentence of the first thing that is wrong."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    more = len(error.errors()) - 1
    rest = f" ({more} more)" if more else ""
    return f"{where}: {first['msg']}{rest}."


async def _half_a_character(request: Request, _error: Exception) -> Response:
    """JSON can name half of a pair of characters; no record can hold it, so nothing was kept."""
    return await _http(
        request, HTTPException(422, "A text holds half a character, which cannot be kept; send it as UTF-8.")
    )


async def _log_in(request: Request, _error: Exception) -> Response:
    if is_api(request):
        return JSONResponse({"detail": "Log in first."}, 401)
    # A part of a page asks for the page that it stands on.
    asked = urlsplit(request.headers.get("hx-current-url") or str(request.url))
    path = asked.path + (f"?{asked.query}" if asked.query else "")
    return _go(
        request,
        f"/login?next={quote(path, safe='')}"
        if request.method == "GET" or "hx-current-url" in request.headers
        else "/login",
    )


async def _must_change(request: Request, _error: Exception) -> Response:
    if is_api(request):
        return JSONResponse({"detail": "Change the password first, at /account/password."}, 403)
    return _go(request, "/account/password")


def _go(request: Request, address: str) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": address})
    return RedirectResponse(address, 303)


async def _forbidden(request: Request, error: Exception) -> Response:
    assert isinstance(error, ForbiddenError)
    if is_api(request):
        return JSONResponse({"detail": f"Not allowed: {error.reason}."}, 403)
    if error.reason == "csrf":
        how = mark("页面已过期或请求不是从本系统页面发出。请刷新页面后重试。")
        return page(request, error.who, "web/error.html", 403, code=403, what=WORDS[403][0], how=how, detail=None)
    request.state.who = error.who
    return failure(request, 403)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if is_api(request):
        return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)
    if not hasattr(request.state, "who"):
        request.state.who = await identify(request)
    if isinstance(error, Said) and _language(request) != "en":
        return failure(request, error.status_code, error.zh or None)
    # Starlette fills in the status's English name when nobody said more.
    detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else None
    return failure(request, error.status_code, detail)


def _language(request: Request) -> str:
    who = getattr(request.state, "who", None)
    return who.language if who else language_of(request)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if is_api(request):
        return JSONResponse({"detail": sentence(error)}, 422)
    if _language(request) == "en":
        return failure(request, 422, sentence(error))
    field = error.errors()[0]["loc"][-1]
    return failure(request, 422, f"“{field}”一项没有填写或者不符合要求")


async def _crashed(request: Request, error: Exception) -> Response:
    _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    say = {"detail": "The desk failed at this request; its log says why."}
    answer = JSONResponse(say, 500) if is_api(request) else failure(request, 500)
    # Starlette gives this answer outside of every middleware.
    answer.headers.update(HEADERS)
    return answer


def failure(request: Request, status: int, detail: str | None = None) -> Response:
    """The designed page of a failure, inside the frame when somebody is logged in."""
    what, how = WORDS.get(status, WORDS[500] if status >= 500 else WORDS[400])
    who = getattr(request.state, "who", None)
    return page(request, who, "web/error.html", status, code=status, what=what, how=how, detail=detail)
