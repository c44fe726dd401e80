"""What the headers of a home page lack or tell."""

from __future__ import annotations

from aiohttp import web

from sensors.probe.check.headers import check_headers
from tests.probe_values import home, results, scope, serving, visit

SAFE = {"X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff", "Server": "nginx"}


async def asked(headers: dict[str, str], status: int = 200) -> dict[str, str]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=home(), headers=headers, content_type="text/html")

    async with serving(answer) as site:
        return results(await check_headers(visit(scope(site.port))))


async def test_what_is_set_is_clean() -> None:
    found = await asked(SAFE)

    assert {found[f"headers/{name}"] for name in ("frame-options-missing", "content-type-options-missing")} == {"pass"}
    assert found["headers/server-version"] == "pass"
    assert found["headers/hsts-missing"] == "unknown"


async def test_what_is_missing_or_tells_versions_is_a_fault() -> None:
    found = await asked({"Server": "Apache/2.2.15 (CentOS)"})

    assert set(found.values()) == {"fail", "unknown"}


async def test_an_error_page_is_not_judged() -> None:
    assert set((await asked({}, 503)).values()) == {"unknown"}
