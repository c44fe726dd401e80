"""A desk for tests: fresh records, a clock that is set by hand, people of every role, and a browser of sorts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import insert

from analytics.data_folder import DataFolder
from analytics.db import SITE, UNIT, open_database, reader
from analytics.store.parquet import ParquetStore
from console.accounts.sessions import COOKIE, Origin, open_session
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT
from console.app import create_app
from console.tables import METADATA
from console.web.desk import Desk
from console.web.settings import WebSettings
from tests.factories import NOON


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Table:
    """The desk with all that tests put around it."""

    desk: Desk
    clock: Clock
    received: list[tuple[bytes, str]] = field(default_factory=list)
    settings: WebSettings = field(default_factory=lambda: WebSettings(live_poll=0.01, live_heartbeat=0.02))

    def browser(self, **headers: str) -> TestClient:
        """Somebody who is not logged in."""
        app = create_app(self.desk, self.settings)
        return TestClient(app, base_url="http://desk.test", headers=headers, follow_redirects=False)

    def account(self, *roles: str, login: str | None = None, county: str | None = None, unit: str | None = None) -> str:
        """An account whose password nobody knows; returns its id."""
        login = login or (roles[0] if roles else "nobody") + (county or "") + (unit or "").lower().replace("-", "")
        account_id = f"ac-{login}"
        with self.desk.engine.begin() as connection:
            connection.execute(
                insert(ACCOUNT).values(
                    id=account_id,
                    login=login,
                    name=f"测试{login}",
                    password_hash="none",
                    must_change=False,
                    password_at=NOON,
                    active=True,
                    created_at=NOON,
                )
            )
            for role in roles:
                connection.execute(
                    insert(ACCOUNT_GRANT).values(account_id=account_id, role=role, county=county, unit_id=unit)
                )
        return account_id

    def seat(self, *roles: str, **who: Any) -> TestClient:
        """A browser with a session of a new account of these roles; its forms carry the right token."""
        browser = self.browser()
        account_id = self.account(*roles, **who)
        with self.desk.engine.begin() as connection:
            token = open_session(connection, account_id, self.clock(), Origin("testclient", "test"))
        browser.cookies.set(COOKIE, token)
        browser.headers["x-csrf-token"] = csrf_of(browser.get("/account").text)
        return browser


def csrf_of(page: str) -> str:
    """The token that a page carries for its forms and for htmx."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page[:300]
    return found[1]


def table_in(folder: Path) -> Table:
    """A desk over fresh records in a folder."""
    data = DataFolder(folder).prepare()
    engine = open_database(f"sqlite:///{folder / 'gongga.sqlite'}")
    METADATA.create_all(engine)
    clock = Clock()
    received: list[tuple[bytes, str]] = []

    def receive(content: bytes, name: str) -> str:
        received.append((content, name))
        return "had" if len(received) > 1 and received[-2][0] == content else "stored"

    desk = Desk(
        engine=engine,
        reads=reader(engine),
        store=ParquetStore(data.events),
        data=data,
        clock=clock,
        receive=receive,
    )
    return Table(desk, clock, received)


def two_counties(table: Table) -> None:
    """A unit with a site in each of two counties: 513301 has U-1 and kd-1, 513322 has U-2 and ld-1."""
    with table.desk.engine.begin() as connection:
        for unit, county, site in (("U-1", "513301", "kd-1"), ("U-2", "513322", "ld-1")):
            connection.execute(insert(UNIT).values(id=unit, name=f"{unit} 示例局", county=county, kind="部门"))
            connection.execute(
                insert(SITE).values(
                    id=site,
                    unit_id=unit,
                    name=f"{site} 门户",
                    url=f"http://{site}.example/",
                    hosts=[f"{site}.example"],
                    addresses=[],
                    ports=[80],
                    rank="县级",
                    is_cii=False,
                    active=True,
                )
            )
