"""The farm: every pretend site on its own loopback address, HTTP and HTTPS, its names, and a switch for the story."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
from aiohttp import web

from lab.certificates import authority_in, context
from lab.names import NameServer
from lab.pages import answer
from lab.site import CONTROL, ELSEWHERE, HTTP_PORT, HTTPS_PORT, NAME_SERVER, LabSite
from lab.weaknesses import WEAKNESSES
from sensors.contract.segment import put

STATES: Final = ("normal", "defaced", "down")
# What a site can be rid of while it stands: what is wrong with its pages and headers, not with its port or name.
MENDABLE: Final = (*WEAKNESSES, "debug-page", "footer-missing", "headers-missing", "server-version", "soft-404")
SLOW: Final = 2.0
# A flapping site is gone for so long in each stretch: shorter than a probe that asks three times takes to give it up.
STRETCH: Final = 10.0
GONE: Final = 0.8
_GUARDS: Final = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline'",
}
_HSTS: Final = {"Strict-Transport-Security": "max-age=31536000"}
_SERVERS: Final = {"static": "nginx", "cms": "Apache", "java": "nginx", "service": "openresty"}
_LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Farm:
    """The running farm: the state of each site, and what was asked of it."""

    sites: tuple[LabSite, ...]
    clock: Callable[[], float]
    # Where states and mended weaknesses are kept, so that a lab started again stands as it stood.
    kept: Path | None = None
    states: dict[str, str] = field(default_factory=dict)
    mended: dict[str, list[str]] = field(default_factory=dict)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    strays: int = 0

    def switch(self, site_id: str, state: str) -> None:
        """Put a site into a state. ValueError for an unknown site or state."""
        if state not in STATES or site_id not in {site.id for site in self.sites}:
            raise ValueError(f"{site_id} cannot be {state}: states are {', '.join(STATES)}")
        self.states[site_id] = state
        self._keep()

    def mend(self, site_id: str, trait: str) -> None:
        """Mend a planted weakness. ValueError for one that is not there, or that stands as long as the lab runs."""
        site = next((site for site in self.sites if site.id == site_id), None)
        if site is None or trait not in site.traits:
            raise ValueError(f"{site_id} has no {trait}; `gongga lab sites` lists what each site has")
        if trait not in MENDABLE:
            raise ValueError(f"{trait} stands as long as the lab runs; what can be mended: {', '.join(MENDABLE)}")
        self.mended[site_id] = sorted({*self.mended.get(site_id, ()), trait})
        self.sites = without(self.sites, self.mended)
        self._keep()

    def recall(self) -> None:
        """Stand as the lab stood when it ended."""
        known = read_kept(self.kept) if self.kept else {}
        self.states.update(known.get("states", {}))
        self.mended.update(known.get("mended", {}))
        self.sites = without(self.sites, self.mended)

    def _keep(self) -> None:
        if self.kept:
            put(self.kept.parent, self.kept.name, orjson.dumps({"states": self.states, "mended": self.mended}))

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Answer as the site of the address that was asked."""
        site = self._site(request)
        if site is None:
            self.strays += 1
            return web.Response(text="elsewhere")
        self.asked[site.id, request.method] += 1
        if "slow" in site.traits:
            await asyncio.sleep(SLOW)
        found = answer(site, request.path, self._state(site))
        headers = {"Content-Type": found.mime, **_headers(site, secure=request.secure), **found.headers}
        return web.Response(status=found.status, body=found.body, headers=headers)

    def _state(self, site: LabSite) -> str:
        if "flapping" in site.traits and self.clock() % STRETCH < GONE:
            return "down"
        return self.states.get(site.id, "down" if "down" in site.traits else "normal")

    def _site(self, request: web.Request) -> LabSite | None:
        local = request.transport.get_extra_info("sockname") if request.transport else None
        address = local[0] if local else ""
        return next((site for site in self.sites if site.address == address), None)


def without(sites: Iterable[LabSite], mended: Mapping[str, Iterable[str]]) -> tuple[LabSite, ...]:
    """The sites without the weaknesses that were mended: what the truth follows."""
    return tuple(replace(site, traits=site.traits - frozenset(mended.get(site.id, ()))) for site in sites)


def read_kept(path: Path) -> dict[str, Any]:
    """`states` and `mended` of a lab's last run; empty before the first."""
    try:
        found = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _headers(site: LabSite, *, secure: bool) -> dict[str, str]:
    headers = {"Server": _SERVERS[site.make]}
    if "server-version" in site.traits:
        headers |= {"Server": "nginx/1.14.0", "X-Powered-By": "PHP/5.4.45"}
    if "headers-missing" not in site.traits:
        headers |= _GUARDS
        if secure:
            headers |= _HSTS
    return headers


@asynccontextmanager
async def running(sites: Iterable[LabSite], folder: Path, now: datetime) -> AsyncIterator[Farm]:
    """The farm, its name server and its switch, until the block ends. The root lies in `folder` as `ca.pem`."""
    farm = Farm(tuple(sites), asyncio.get_running_loop().time, folder / "farm.json")
    farm.recall()
    root = authority_in(folder, now)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", farm.respond)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    switch = web.AppRunner(_switch(farm), access_log=None)
    await switch.setup()
    known = {site.host: site.address for site in farm.sites if "unresolved" not in site.traits}
    names = NameServer({**known, ELSEWHERE[0]: ELSEWHERE[1]})
    try:
        for site in farm.sites:
            await web.TCPSite(runner, site.address, HTTP_PORT).start()
            if site.has_https:
                made = context(site, root, folder, now)
                await web.TCPSite(runner, site.address, HTTPS_PORT, ssl_context=made).start()
        await web.TCPSite(runner, ELSEWHERE[1], HTTP_PORT).start()
        await web.TCPSite(switch, *CONTROL).start()
        await names.start(*NAME_SERVER)
        _LOG.info("%d sites stand", len(farm.sites))
        yield farm
    finally:
        await names.close()
        await runner.cleanup()
        await switch.cleanup()


def _switch(farm: Farm) -> web.Application:
    async def put(request: web.Request) -> web.Response:
        try:
            farm.switch(request.match_info["site"], (await request.text()).strip())
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        return web.Response(status=204)

    async def mend(request: web.Request) -> web.Response:
        try:
            farm.mend(request.match_info["site"], request.match_info["trait"])
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        return web.Response(status=204)

    async def show(_request: web.Request) -> web.Response:
        methods = Counter(method for (_site, method), count in farm.asked.items() for _ in range(count))
        told = {"states": farm.states, "mended": farm.mended, "methods": methods, "strays": farm.strays}
        return web.json_response(told)

    application = web.Application()
    application.router.add_put("/sites/{site}", put)
    application.router.add_delete("/sites/{site}/traits/{trait}", mend)
    application.router.add_get("/", show)
    return application
