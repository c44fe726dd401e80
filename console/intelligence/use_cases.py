"""What people do with intelligence: one function, one transaction, one entry in the audit chain."""

from __future__ import annotations

import hashlib
from typing import Final

from analytics.intel import records
from analytics.lifecycle import Unfit, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.intelligence import feeds, peers
from console.intelligence.exchange import Accepted, accept, audit
from console.intelligence.queries import one
from console.intelligence.reading import NotTaken, parse, plain
from console.intelligence.reasons import Refused
from console.web.desk import Desk

_LONGEST_SOURCE: Final = 60


def upload(here: Desk, who: Viewer, content: bytes, source: str, marking: str) -> Accepted:
    """Take a file that a person brings; what became of it. ValueError for a source that says nothing."""
    named = plain(source)
    if not 1 < len(named) <= _LONGEST_SOURCE:
        raise Unfit(
            f"请写明来源，2 至 {_LONGEST_SOURCE} 个字",
            f"source: say who it came from, in 2 to {_LONGEST_SOURCE} characters",
        )
    at = here.clock()
    with here.engine.begin() as connection:
        detail = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "source": named}
        record(connection, at=at, actor=who.login, action="intelligence.upload", object="bundle", detail=detail)
        try:
            sent = parse(content)
        except NotTaken as error:
            done = Accepted(refused=(Refused("bundle", error.code, error.detail),))
            audit(connection, {}, _source(named), done, at)
            return done
        return accept(connection, sent, _source(named), marking, at)


def move(here: Desk, who: Viewer, indicator_id: str, to: str, reason: str, version: int) -> None:
    """Stop watching for an indicator, or take it up again. Unknown, IllegalMove, Stale or ValueError."""
    if len(reason.strip()) < 2:
        raise Unfit("请写明理由，至少两个字", "say why, in at least two characters")
    at = here.clock()
    with here.engine.begin() as connection:
        if one(connection, who, indicator_id) is None:
            raise Unknown(f"indicator {indicator_id}")
        before = records.move(connection, indicator_id, to, f"{who.name}，{reason.strip()}"[:300], version, at)
        detail = {"before": before, "to": to, "reason": reason.strip()}
        named = f"indicator {indicator_id}"
        record(connection, at=at, actor=who.login, action="intelligence.move", object=named, detail=detail)


def make_peer(here: Desk, who: Viewer, name: str, marking: str, may_add: bool) -> str:
    """Let a partner in, or give it a new token; the token, to be shown once. ValueError."""
    _whole(who)
    with here.engine.begin() as connection:
        return peers.make(connection, name, marking, may_add, who.login, here.clock())


def close_peer(here: Desk, who: Viewer, name: str) -> None:
    """Let a partner in no more. Unknown."""
    _whole(who)
    with here.engine.begin() as connection:
        peers.close(connection, name, who.login, here.clock())


def keep_feed(here: Desk, who: Viewer, feed: feeds.Feed) -> None:
    """Make a feed known or change it. ValueError."""
    _whole(who)
    with here.engine.begin() as connection:
        feeds.keep(connection, feed, who.login, here.clock())


def stop_feed(here: Desk, who: Viewer, name: str) -> None:
    """Leave a feed alone. Unknown."""
    _whole(who)
    with here.engine.begin() as connection:
        feeds.stop(connection, name, who.login, here.clock())


def _source(named: str) -> str:
    # Never the name of the province or of a feed: those speak for themselves.
    return f"人工导入 {named}"


def _whole(who: Viewer) -> None:
    if not who.sees_all:
        raise Unfit("合作方由管辖全州的同事管理", "partners are managed by whoever sees the whole prefecture")
