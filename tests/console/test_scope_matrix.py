"""Role × scope over every route: whatever permission or scope forbids is denied, and nothing of it shows elsewhere.

New routes are taken in by themselves; one that names an object nobody planted fails with what to add.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from console.clerk.jobs import JOBS
from console.clerk.work import Clerk
from console.notify.tables import DELIVERY
from tests.console.deskside import table_in
from tests.console.matrix_places import AZURE, PLACES, Place, Scope, plant
from tests.console.matrix_records import PLANTERS
from tests.console.matrix_requests import REFERENCES, Route, every_route
from tests.console.matrix_seats import Matrix, Seat, seated

ROUTES = list(every_route())
GUARDED = [route for route in ROUTES if route.permission and route.path not in ("/live", "/wall/live")]
DENIED = (403, 404)
# Files take a while to paint: each role asks for them over its own unit only.
PAINTED = ("/pdf", "/docx", "/sample")
NARROWEST = "unit azure"
# Who looks after accounts and the audit chain sees all of them on purpose: no business data goes with it.
WHOLE = ("accounts.manage", "audit.read")
# A 404 also inside the scope: the shipped mechanism has no stages, no day was reconciled, no package or template made.
EMPTY = (
    "/incidents/{incident_id}/stages",
    "/response/mechanism/periods",
    "/province/days/{day}",
    "/province/packages/{name}",
    "/response/mechanism/periods",
    "/notices/templates/{kind}/restore",
    "/api/v1/notices/templates/{kind}/restore",
    "/api/v1/notices/templates/{kind}",
    # The screen in the hall shows the whole prefecture: no part of it masks or unmasks its names.
    "/wall/screens/{kiosk_id}/visitors",
)


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    folder = tmp_path_factory.mktemp("matrix")
    table = table_in(folder)
    yield from seated(plant(table, *PLANTERS), folder)
    table.desk.engine.dispose()


@pytest.fixture(autouse=True)
def fresh(matrix: Matrix) -> None:
    matrix.restore()
    matrix.wrong.clear()


def test_every_object_of_every_address_is_known_to_the_matrix() -> None:
    for route in ROUTES:
        if route.permission:
            for parameter in route.parameters:
                assert route.kind_of(parameter)


def forbidden(matrix: Matrix, seat: Seat, route: Route) -> list[Place]:
    """The places whose object this seat must not get by this route."""
    if not seat.may(route):
        # What a role lacks it lacks over any scope: asked over the widest, and by who has nothing.
        return [AZURE] if seat.scope is None or seat.scope.is_whole else []
    if route.is_whole and not seat.reaches(route, AZURE):
        return [AZURE]
    return [place for place in PLACES if not seat.reaches(route, place)] if matrix.placed(route) else []


def test_what_permission_or_scope_forbids_is_denied_and_changes_nothing(matrix: Matrix) -> None:
    asked = 0
    before = matrix.content()
    for seat in matrix.seats:
        for route in GUARDED:
            for place in forbidden(matrix, seat, route):
                answer = matrix.ask(seat, route, place)
                asked += 1
                if answer.status_code not in DENIED:
                    matrix.blame(seat, route, answer, f"403 or 404 for {place.name}")
        if (after := matrix.content()) != before:
            changed = [name for name in before if before[name] != after[name]]
            matrix.wrong.append(f"{seat.name}: denied requests changed {', '.join(changed)}")
            before = after

    assert asked > 2000
    right = f"{asked - len(matrix.wrong)} of {asked} forbidden requests were denied"
    assert not matrix.wrong, "\n".join([right, *matrix.wrong])


def test_what_is_read_inside_the_scope_is_answered_and_names_nothing_outside(matrix: Matrix) -> None:
    for seat in matrix.seats:
        for route in GUARDED:
            if route.method != "GET" or not seat.may(route) or route.path in EMPTY:
                continue
            places = [place for place in PLACES if seat.reaches(route, place)]
            places = places if matrix.placed(route) or route.is_whole else [AZURE]
            if route.path.endswith(PAINTED) and not (seat.scope and seat.scope.name == NARROWEST):
                continue
            for place in places[: 1 if seat.scope is None or seat.scope.is_whole else 2]:
                answer = matrix.ask(seat, route, place)
                if answer.status_code in DENIED or answer.status_code >= 500:
                    matrix.blame(seat, route, answer, f"an answer for {place.name}")
                if route.permission not in WHOLE and (found := matrix.leaks(seat, answer)):
                    matrix.wrong.append(f"{seat.name}: {route.name} shows {', '.join(found)}")

    assert not matrix.wrong, "\n".join(matrix.wrong)


def test_a_list_asked_for_what_lies_outside_names_nothing_of_it(matrix: Matrix) -> None:
    for seat in matrix.seats:
        for route in GUARDED:
            asked = [name for name in route.queries() if name in REFERENCES]
            if route.method != "GET" or route.parameters or not asked or not seat.may(route):
                continue
            for place in seat.foreign[:1]:
                query = {name: matrix.world.of(REFERENCES[name], place) for name in asked}
                answer = matrix.client.get(route.path, params=query, headers=seat.headers)
                # The page says again what was asked for; it must not say more.
                if found := set(matrix.leaks(seat, answer)) - set(query.values()):
                    matrix.wrong.append(f"{seat.name}: {route.name} asked by {query} shows {sorted(found)}")

    assert not matrix.wrong, "\n".join(matrix.wrong)


def test_what_is_written_inside_the_scope_is_not_denied(matrix: Matrix) -> None:
    for seat in narrowest(matrix) + widest(matrix):
        for route in GUARDED:
            if route.is_whole != (seat.scope is not None and seat.scope.is_whole):
                continue
            if route.method == "GET" or not seat.may(route) or "session" in map(route.kind_of, route.parameters):
                continue
            if route.path in EMPTY or not seat.reaches(route, AZURE):
                continue
            answer = matrix.ask(seat, route, AZURE)
            if answer.status_code in DENIED or answer.status_code >= 500:
                matrix.blame(seat, route, answer, "not to be denied")
            matrix.restore()

    assert not matrix.wrong, "\n".join(matrix.wrong)


def test_a_write_that_names_something_outside_the_scope_changes_nothing(matrix: Matrix) -> None:
    before = matrix.content()
    for seat in narrowest(matrix):
        for route in GUARDED:
            if route.method == "GET" or not seat.may(route) or not route.references() or not seat.foreign:
                continue
            answer = matrix.ask(seat, route, AZURE, about=seat.foreign[0])
            if answer.status_code >= 500 or matrix.content() != before:
                matrix.blame(seat, route, answer, "nothing changed: its body names what lies outside the scope")
                matrix.restore()

    assert not matrix.wrong, "\n".join(matrix.wrong)


def narrowest(matrix: Matrix) -> list[Seat]:
    """Each role over the unit azure, which is the least that sees its records."""
    return [seat for seat in matrix.seats if seat.scope and seat.scope.name == NARROWEST]


def widest(matrix: Matrix) -> list[Seat]:
    """Each role over the whole prefecture."""
    return [seat for seat in matrix.seats if seat.scope and seat.scope.is_whole]


async def close_soon(closing: asyncio.Event) -> None:
    await asyncio.sleep(0.03)
    closing.set()


def test_the_live_channel_tells_nothing_of_what_lies_outside(matrix: Matrix) -> None:
    heard = 0
    for seat in matrix.seats:
        app = matrix.client.app
        app.state.closing = asyncio.Event()  # type: ignore[attr-defined]
        assert matrix.client.portal
        matrix.client.portal.start_task_soon(close_soon, app.state.closing)  # type: ignore[attr-defined]
        answer = matrix.client.get("/live?after=0", headers=seat.headers)
        heard += answer.text.count("event: incident")
        if found := matrix.leaks(seat, answer):
            matrix.wrong.append(f"{seat.name}: the live channel tells {', '.join(found)}")

    assert heard > 0
    assert not matrix.wrong, "\n".join(matrix.wrong)


def test_without_a_session_nothing_is_shown(matrix: Matrix) -> None:
    nobody = Seat("", None, "", {})
    for route in ROUTES:
        if route.permission is None:
            # It proves itself by something in its address or body, and "nothing" proves nothing.
            answer = matrix.client.request(route.method, route.address(dict.fromkeys(route.parameters, "nothing")))
            if answer.status_code == 500:
                matrix.blame(nobody, route, answer, "a refusal")
        else:
            answer = matrix.ask(nobody, route, AZURE)
            if answer.status_code not in (303, 401):
                matrix.blame(nobody, route, answer, "the way to the log-in")
        if found := matrix.leaks(nobody, answer):
            matrix.wrong.append(f"nobody: {route.name} shows {', '.join(found)}")

    assert not matrix.wrong, "\n".join(matrix.wrong)


def test_a_one_time_link_opens_its_own_notice_and_nothing_else(matrix: Matrix) -> None:
    world = matrix.world
    unit = Seat("owner", Scope("the link's unit", unit=AZURE.unit), "", {})
    for route in ROUTES:
        if route.permission or "token" not in route.parameters:
            continue
        for place in PLACES:
            named = {one: matrix.object(route, one, place) for one in route.parameters if one != "token"}
            if place is not AZURE and not any(one in world.objects for one in map(route.kind_of, named)):
                continue
            sent = route.request(world, AZURE)
            address = route.address({"token": world.of("token", AZURE), **named})
            answer = matrix.client.request(route.method, address, **sent)
            if answer.status_code >= 500 or (place is not AZURE and answer.status_code not in DENIED):
                matrix.blame(unit, route, answer, f"only what belongs to its notice, not {place.name}")
            if found := matrix.leaks(unit, answer):
                matrix.wrong.append(f"{route.name} with one unit's link shows {', '.join(found)}")
        matrix.restore()

    assert not matrix.wrong, "\n".join(matrix.wrong)


def test_what_the_clerk_sends_stays_inside_the_scope_of_who_gets_it(matrix: Matrix) -> None:
    desk = matrix.world.table.desk
    clerk = Clerk(desk.engine, desk.reads, desk.store, desk.data, desk.office, desk.clock)
    for job in JOBS.values():
        job.run(clerk)
    seats = {seat.login: seat for seat in matrix.seats}
    with desk.reads.begin() as connection:
        messages = connection.execute(DELIVERY.select()).all()
    for message in messages:
        text = f"{message.subject} {message.text} {message.ref}"
        account = message.addresses.get("account")
        if account in seats:
            hidden = seats[account].foreign
        else:
            mine = [place for place in PLACES if place.mark in message.recipient]
            hidden = [place for place in PLACES if mine and place not in mine]
        leaked = [mark for place in hidden for mark in matrix.world.marks(place) if mark in text]
        if leaked:
            matrix.wrong.append(f"{message.kind} to {message.recipient} tells {', '.join(leaked)}")

    assert len(messages) >= len(PLACES)
    assert not matrix.wrong, "\n".join(matrix.wrong)
