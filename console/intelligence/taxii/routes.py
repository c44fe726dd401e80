"""Our TAXII 2.1 server: discovery, API root, collections, objects, manifest, status. Peers prove themselves."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from sqlalchemy import insert, select
from starlette.concurrency import run_in_threadpool

from analytics.intel.policy import load_markings
from console.audit.chain import record
from console.intelligence.exchange import Accepted, accept
from console.intelligence.peers import Peer, prove, touch
from console.intelligence.reading import NotTaken, objects_of, parse
from console.intelligence.tables import TAXII_STATUS
from console.intelligence.taxii.limits import Limits
from console.intelligence.taxii.shelf import COLLECTIONS, Collection, page, version_of
from console.intelligence.taxii.wire import (
    MEDIA_TYPE,
    MOST_BYTES,
    TaxiiRoute,
    accepts,
    added,
    answer,
    asked,
    envelope,
    is_taxii,
    version_said,
)
from console.web.desk import Desk, desk
from sensors.contract.batch import time_text

ROOT: Final = "/taxii2/root/"
# What is added without a label of its own counts as this.
_FLOOR: Final = "内部"
_REQUESTS: Final = 300
_FAILURES: Final = 10
# Of all addresses together so many refusals are audited a minute; the rest only counts.
_TOLD: Final = 30
_WHO: Final = {"www-authenticate": 'Basic realm="TAXII", Bearer realm="TAXII"'}

router = APIRouter(route_class=TaxiiRoute, include_in_schema=False)
Here = Annotated[Desk, Depends(desk)]


def _limits(request: Request, name: str, per_minute: int) -> Limits:
    """The application's limits of this name, made when first asked for."""
    state = request.app.state
    if not hasattr(state, name):
        setattr(state, name, Limits(per_minute, time.monotonic))
    found: Limits = getattr(state, name)
    return found


def proven(request: Request, here: Here) -> Peer:
    """The peer that asks. 401, 406 or 429."""
    address = request.client.host if request.client else "?"
    at = here.clock()
    with here.reads.begin() as connection:
        peer = prove(connection, request.headers.get("authorization", ""), at)
    if peer is None:
        _refused(request, here, address, at)
        raise HTTPException(401, "Send the peer's token, as Bearer or as the password of Basic.", _WHO)
    wait = _limits(request, "taxii_requests", _REQUESTS).wait(peer.name)
    if wait:
        raise HTTPException(429, "Too many requests.", {"retry-after": str(math.ceil(wait))})
    if not accepts(request.headers.get("accept", "")):
        raise HTTPException(406, f"This server sends {MEDIA_TYPE}.")
    if peer.wants_touch:
        with here.engine.begin() as connection:
            touch(connection, peer.name, at)
    return peer


def _refused(request: Request, here: Desk, address: str, at: datetime) -> None:
    """Count a wrong token, and audit the first of an address and minute. 429 when there were too many.

    Whoever has the right token is let in all the same: they may share the address of somebody who guesses.
    """
    carried = request.headers.get("authorization", "").partition(" ")[0][:20]
    told, all_told = _limits(request, "taxii_told", 1), _limits(request, "taxii_all_told", _TOLD)
    if carried and not told.wait(address) and not all_told.wait(""):
        detail = {"source": address, "scheme": carried, "reason": "the token is no peer's"}
        with here.engine.begin() as connection:
            record(connection, at=at, actor="taxii:unknown", action="taxii.refuse", object="taxii", detail=detail)
    if _limits(request, "taxii_failures", _FAILURES).wait(address):
        raise HTTPException(429, "Too many wrong tokens from this address; wait a minute.", {"retry-after": "60"})


Asker = Annotated[Peer, Depends(proven)]


@router.get("/taxii2/")
def discovery(request: Request, here: Here, _peer: Asker) -> Response:
    root = f"{str(request.base_url).rstrip('/')}{ROOT}"
    return answer({"title": f"Gongga · {here.office.office.name}", "default": root, "api_roots": [root]})


@router.get(ROOT)
def api_root(here: Here, _peer: Asker) -> Response:
    title = here.office.office.name
    return answer({"title": title, "versions": [MEDIA_TYPE], "max_content_length": MOST_BYTES})


@router.get(f"{ROOT}collections/")
def collections(peer: Asker) -> Response:
    return answer({"collections": [_described(one, peer) for one in COLLECTIONS.values()]})


@router.get(f"{ROOT}collections/{{collection}}/")
def one_collection(peer: Asker, collection: str) -> Response:
    return answer(_described(_known(collection), peer))


@router.get(f"{ROOT}collections/{{collection}}/manifest/")
def manifest(request: Request, here: Here, peer: Asker, collection: str) -> Response:
    def member(row: Any) -> dict[str, Any]:
        moment = time_text(row.added_at)
        return {"id": row.stix_id, "date_added": moment, "version": version_said(row), "media_type": _STIX}

    return _page(here, peer, collection, dict(request.query_params), "objects", member)


@router.get(f"{ROOT}collections/{{collection}}/objects/")
def objects(request: Request, here: Here, peer: Asker, collection: str) -> Response:
    return _page(here, peer, collection, dict(request.query_params), "objects", _body)


@router.get(f"{ROOT}collections/{{collection}}/objects/{{object_id}}/")
def one_object(request: Request, here: Here, peer: Asker, collection: str, object_id: str) -> Response:
    query = {**request.query_params, "match[id]": object_id}
    return _page(here, peer, collection, query, "objects", _body, must_be=True)


@router.get(f"{ROOT}collections/{{collection}}/objects/{{object_id}}/versions/")
def object_versions(request: Request, here: Here, peer: Asker, collection: str, object_id: str) -> Response:
    query = {**request.query_params, "match[id]": object_id, "match[version]": "all"}
    return _page(here, peer, collection, query, "versions", version_said, must_be=True)


@router.post(f"{ROOT}collections/{{collection}}/objects/")
async def add(request: Request, here: Here, peer: Asker, collection: str) -> Response:
    known = _known(collection)
    if not known.can_add or not peer.may_add:
        raise HTTPException(403, "This collection cannot be added to by this peer.")
    if not is_taxii(request.headers.get("content-type", "")):
        raise HTTPException(415, f"Send {MEDIA_TYPE}.")
    length = request.headers.get("content-length", "0")
    if int(length) > MOST_BYTES:
        raise HTTPException(413, f"{length} bytes; at most {MOST_BYTES} are taken. Send fewer objects at a time.")
    content = await request.body()
    return await run_in_threadpool(_add, here, peer, content)


@router.get(f"{ROOT}status/{{status_id}}/")
def status(here: Here, peer: Asker, status_id: str) -> Response:
    mine = (TAXII_STATUS.c.id == status_id, TAXII_STATUS.c.peer == peer.name)
    with here.reads.begin() as connection:
        found = connection.execute(select(TAXII_STATUS.c.body).where(*mine)).scalar_one_or_none()
    if found is None:
        raise HTTPException(404, "There is no such status.")
    return answer(found)


_STIX: Final = "application/stix+json;version=2.1"


def _body(row: Any) -> Any:
    return row.body


def _known(collection: str) -> Collection:
    found = COLLECTIONS.get(collection)
    if found is None:
        raise HTTPException(404, "There is no such collection.")
    return found


def _described(one: Collection, peer: Peer) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "alias": one.alias,
        "can_read": True,
        "can_write": one.can_add and peer.may_add,
        "media_types": [_STIX],
    }


def _page(
    here: Desk,
    peer: Peer,
    collection: str,
    query: Mapping[str, str],
    name: str,
    member: Callable[[Any], Any],
    must_be: bool = False,
) -> Response:
    known = _known(collection)
    mine = asked(
        collection,
        query,
        load_markings().names if known.own_only else peer.markings,
        peer.source if known.own_only else None,
    )
    with here.reads.begin() as connection:
        rows, more = page(connection, mine)
    if must_be and not rows:
        raise HTTPException(404, "There is no such object.")
    members = [member(row) for row in rows]
    if rows and not known.own_only and member is _body:
        # What goes out is kept on record (网络数据安全管理条例 12条).
        _recorded(here, peer, len(rows), rows[-1].added_at)
    return answer(envelope(name, members, rows, more), headers=added(rows))


def _recorded(here: Desk, peer: Peer, count: int, until: datetime) -> None:
    detail = {"objects": count, "until": time_text(until)}
    with here.engine.begin() as connection:
        action, named = "intelligence.given", f"taxii peer {peer.name}"
        record(connection, at=here.clock(), actor=peer.source, action=action, object=named, detail=detail)


def _add(here: Desk, peer: Peer, content: bytes) -> Response:
    at = here.clock()
    try:
        sent = parse(content)
        found = objects_of(sent)
    except NotTaken as error:
        raise HTTPException(422, f"{error.code}: {error.detail}") from error
    with here.engine.begin() as connection:
        done = accept(connection, {**sent, "type": "bundle"}, peer.source, _FLOOR, at)
        said = _status(found, done, at)
        connection.execute(insert(TAXII_STATUS).values(id=said["id"], peer=peer.name, at=at, body=said))
    return answer(said, 202)


def _status(found: list[Any], done: Accepted, at: datetime) -> dict[str, Any]:
    """What became of each object, as a status resource: everything is taken at once, nothing is ever pending."""
    failures = [{"id": one.ref, "version": time_text(at), "message": one.words.en} for one in done.refused]
    failed = {one.ref for one in done.refused}
    fine = [
        one for one in found if isinstance(one, dict) and isinstance(one.get("id"), str) and one["id"] not in failed
    ]
    successes = [{"id": one["id"], "version": version_of(one) or time_text(at)} for one in fine]
    return {
        "id": str(uuid.uuid4()),
        "status": "complete",
        "request_timestamp": time_text(at),
        "total_count": len(successes) + len(failures),
        "success_count": len(successes),
        "successes": successes,
        "failure_count": len(failures),
        "failures": failures,
        "pending_count": 0,
    }
