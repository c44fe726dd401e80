"""Everybody who could sit down at the desk: each role over each scope, with a session each on one application."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from console.accounts.guard import CHANGE
from console.accounts.permissions import ROLES, SELF, allowed
from console.accounts.sessions import COOKIE, Origin, open_session
from console.accounts.tables import SESSION
from console.app import create_app
from console.tables import METADATA
from console.wall.kiosk import allow
from console.wall.tables import KIOSK
from tests.console.matrix_places import PLACES, SCOPES, Place, Scope, World, visible
from tests.console.matrix_records import PLAYBOOK_ID
from tests.console.matrix_requests import Route

# What a request may leave behind though it was denied: that it was made.
TRACES: Final = frozenset({"audit_entry", "session"})


@dataclass(frozen=True, slots=True)
class Seat:
    """A person with a session. `scope` None: an account that was granted nothing."""

    role: str
    scope: Scope | None
    login: str
    headers: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.role or 'nobody'} over {self.scope.name if self.scope else 'nothing'}"

    @property
    def roles(self) -> frozenset[str]:
        return frozenset({self.role} if self.role else ())

    def may(self, route: Route) -> bool:
        return all(need in (SELF, CHANGE) or allowed(self.roles, need) for need in route.needs)

    def reaches(self, route: Route, place: Place) -> bool:
        """Whether scope lets the seat get at what the route is about."""
        if self.scope is None or (route.is_whole and not self.scope.is_whole):
            return False
        if "notices.answer" in route.needs and self.scope.is_whole:
            # Nobody answers for a unit because they see all of them.
            return False
        return self.sees(place)

    def sees(self, place: Place) -> bool:
        return visible(self.roles, self.scope, place)

    @property
    def foreign(self) -> list[Place]:
        return [place for place in PLACES if not self.sees(place)]


@dataclass
class Matrix:
    """The desk with the world planted and everybody seated."""

    world: World
    client: TestClient
    seats: list[Seat]
    pristine: Path
    denied: int = 0
    wrong: list[str] = field(default_factory=list)

    def ask(self, seat: Seat, route: Route, place: Place, about: Place | None = None) -> Response:
        """The request of this seat to the object of a place; `about`: where the objects named in its body are."""
        named = {one: self.object(route, one, place) for one in route.parameters}
        sent = route.request(self.world, about or place)
        headers = seat.headers | sent.pop("headers", {})
        return self.client.request(route.method, route.address(named), headers=headers, **sent)

    def object(self, route: Route, parameter: str, place: Place) -> str:
        """What stands for a parameter when the request is about a place."""
        kind = route.kind_of(parameter)
        return self.world.everywhere[kind] if kind in self.world.everywhere else self.world.of(kind, place)

    def placed(self, route: Route) -> bool:
        """Whether the address names an object of a place."""
        return any(route.kind_of(one) not in self.world.everywhere for one in route.parameters)

    def content(self) -> dict[str, int]:
        """Each table's content as one number; traces of having asked left out."""
        with self.world.table.desk.reads.begin() as connection:
            return {
                table.name: hash(tuple(sorted(repr(row) for row in connection.execute(select(table)))))
                for table in METADATA.sorted_tables
                if table.name not in TRACES
            }

    def restore(self) -> None:
        """The records as they were planted."""
        here = Path(str(self.world.table.desk.engine.url.database))
        source, target = sqlite3.connect(self.pristine), sqlite3.connect(here, timeout=10)
        with target:
            source.backup(target)
        source.close()
        target.close()

    def blame(self, seat: Seat, route: Route, answer: Response, wanted: str) -> None:
        """Remember what should not have happened."""
        self.wrong.append(f"{seat.name}: {route.name} gave {answer.status_code}, wanted {wanted}")

    def leaks(self, seat: Seat, answer: Response) -> list[str]:
        """Words of places that the seat may not know of, in an answer."""
        text = answer.text
        return sorted(mark for place in seat.foreign for mark in self.world.marks(place) if mark in text)


def _machine(world: World) -> str:
    """A machine in the hall; its screen shows the whole prefecture."""
    world.table.account("screen", login="hall")
    with world.table.desk.engine.begin() as connection:
        allow(connection, "hall", "大厅", "10.0.3.20", "planter", world.table.clock())
        return str(connection.execute(select(KIOSK.c.id)).scalar_one())


def seated(world: World, folder: Path) -> Iterator[Matrix]:
    """Everybody at one desk, until the tests are done."""
    table = world.table
    world.everywhere |= {"account": "auditor", "session": "0" * 64, "clock": "first", "playbook": PLAYBOOK_ID}
    world.everywhere["kiosk"] = _machine(world)
    world.everywhere |= {"act": "ask", "template": "order"}
    world.everywhere |= {"day": "2026-11-23", "package": "00000001.zip"}
    app = create_app(table.desk, table.settings)
    with TestClient(app, base_url="http://desk.test", follow_redirects=False) as client:
        seats = [_seat(world, role, scope) for role in sorted(ROLES) for scope in SCOPES]
        seats.append(_seat(world, "", None))
        table.account("auditor", login="auditor")
        matrix = Matrix(world, client, seats, folder / "pristine.sqlite")
        source, target = sqlite3.connect(str(table.desk.engine.url.database)), sqlite3.connect(matrix.pristine)
        source.backup(target)
        source.close()
        target.close()
        yield matrix


def _seat(world: World, role: str, scope: Scope | None) -> Seat:
    table = world.table
    login = f"{role or 'nobody'}.{scope.name if scope else 'nothing'}".replace(" ", "-")
    who: dict[str, Any] = {"county": scope.county, "unit": scope.unit} if scope else {}
    account_id = table.account(*([role] if role else []), login=login, **who)
    with table.desk.engine.begin() as connection:
        token = open_session(connection, account_id, table.clock(), Origin("testclient", "test"))
        csrf = connection.execute(select(SESSION.c.csrf).where(SESSION.c.account_id == account_id)).scalar_one()
    return Seat(role, scope, login, {"cookie": f"{COOKIE}={token}", "x-csrf-token": csrf})
