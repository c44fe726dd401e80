"""The desk as one web application: which features it has, and what every request passes."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import APIRouter, FastAPI

from console.accounts import admin_routes as account_list
from console.accounts import routes as accounts
from console.alerts import attack_routes as attacks
from console.alerts import routes as alerts
from console.audit import routes as audit
from console.desk import routes as workbench
from console.exercise import routes as exercise
from console.findings import routes as findings
from console.health import routes as health
from console.incidents import routes as incidents
from console.ingest import routes as ingest
from console.intelligence import partner_routes as partners
from console.intelligence import routes as intelligence
from console.intelligence import share_routes as shares
from console.intelligence.taxii import routes as taxii
from console.notices import api_routes as notices_api
from console.notices import monthly_routes as monthly
from console.notices import owner_routes as owners
from console.notices import routes as notices
from console.notify import routes as notify
from console.papers import routes as templates
from console.province import instruction_routes as instructions
from console.province import link_routes as link
from console.province import report_routes as reports
from console.province import routes as province
from console.response import ack_routes as acknowledgements
from console.response import level_routes as response_levels
from console.response import mechanism_routes as mechanism
from console.response import routes as response
from console.response import run_routes
from console.search import routes as search
from console.sites import routes as sites
from console.wall import live as wall_live
from console.wall import room_routes as rooms
from console.wall import routes as wall
from console.wall.board import PARTS, TEMPLATE, Board
from console.web import api, errors, live, static_files
from console.web.desk import Desk
from console.web.render import environment, macros
from console.web.security import Shield
from console.web.settings import WebSettings

ROUTERS: Final[tuple[APIRouter, ...]] = (
    workbench.router,
    alerts.router,
    attacks.router,
    incidents.router,
    findings.router,
    # Before the playbooks: /response/mechanism is no name of theirs.
    mechanism.router,
    response_levels.router,
    acknowledgements.router,
    response.router,
    run_routes.router,
    # Before the notices: /notices/figures and /notices/templates are no notices' names.
    monthly.router,
    templates.router,
    notices.router,
    notices_api.router,
    owners.router,
    province.router,
    reports.router,
    instructions.router,
    link.router,
    intelligence.router,
    shares.router,
    partners.router,
    taxii.router,
    notify.router,
    exercise.router,
    wall.router,
    wall_live.router,
    rooms.router,
    sites.router,
    search.router,
    health.router,
    audit.router,
    accounts.router,
    account_list.router,
    ingest.router,
    live.router,
    api.router,
    static_files.router,
)


def create_app(desk: Desk, settings: WebSettings | None = None) -> FastAPI:
    """The application over a desk; it opens nothing by itself."""
    app = FastAPI(title="Gongga", version="1", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.desk = desk
    # Set when the server stops: open live channels end instead of holding it.
    app.state.closing = asyncio.Event()
    app.state.settings = settings or WebSettings()
    app.state.pages = environment()
    parts = macros(app.state.pages, TEMPLATE, PARTS)
    app.state.board = Board(parts, app.state.settings.wall_every, app.state.settings.wall_least)
    app.state.csp_reports = 0
    app.state.assets = static_files.load_assets()
    app.add_middleware(Shield, settings=app.state.settings)
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
