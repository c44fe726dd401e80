"""Passing intelligence on: one person proposes what the filter let through, another releases it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, true, update

from analytics.db import ALERT, INCIDENT, INCIDENT_MEMBER
from analytics.intel.detect import DETECTOR
from analytics.intel.ignored import ignored_by
from analytics.intel.policy import load_markings
from analytics.intel.tables import INDICATOR
from analytics.inventory.inventory import load
from analytics.lifecycle import IllegalMove, Stale, Unfit, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.exercise.state import current_id
from console.intelligence.bundle import Built, Material, build, may_leave
from console.intelligence.reasons import Refused
from console.intelligence.tables import INTEL_SHARE, INTEL_SHARE_ITEM
from console.intelligence.taxii.shelf import SHARED, shelve
from console.province import outbox
from console.web.desk import Desk
from console.web.i18n import mark
from console.web.scope import condition, in_scope

MOVES: Final[Mapping[str, frozenset[str]]] = {
    "proposed": frozenset({"sent", "refused", "withdrawn"}),
    "sent": frozenset(),
    "refused": frozenset(),
    "withdrawn": frozenset(),
}
STATE_WORDS: Final = {
    "proposed": mark("待批准"),
    "sent": mark("已共享"),
    "refused": mark("未批准"),
    "withdrawn": mark("已撤回"),
}
TARGETS: Final = {"province": mark("省级平台"), "taxii": mark("TAXII 伙伴")}
MOST: Final = 500
# Events whose fingerprint stands for an alert's evidence.
_EVENTS: Final = 50


class OnePerson(Unfit):
    """Who proposed must not release: two people, whatever their roles."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to share, where to and under which marking; `refs` are ids of what they may see."""

    refs: tuple[str, ...]
    target: str
    marking: str


def preview(here: Desk, who: Viewer, wish: Wish) -> Built:
    """What would go out. ValueError for a target or a marking there is not, or for too much."""
    if wish.target not in TARGETS:
        raise ValueError(f"target {wish.target!r}: one of {', '.join(TARGETS)}")
    load_markings().rank(wish.marking)
    refs = tuple(dict.fromkeys(wish.refs))
    if not 0 < len(refs) <= MOST:
        raise Unfit(f"请选择 1 至 {MOST} 项", f"{len(refs)} objects: choose 1 to {MOST}")
    with here.reads.begin() as connection:
        material, missing = _material(connection, here, who, refs)
        ignored = ignored_by(load(connection))
    built = build(material, wish.marking, here.office.office.name, ignored, here.clock())
    return Built(built.bundle, built.items, (*built.left_out, *missing))


def propose(here: Desk, who: Viewer, wish: Wish, reason: str) -> str:
    """Put what may go out before a second person; the share's id. ValueError when nothing may."""
    if len(reason.strip()) < 2:
        raise Unfit("请写明共享的理由，至少两个字", "say why this is shared, in at least two characters")
    built = preview(here, who, wish)
    about = {ref for kind, ref in built.items if kind != "indicator"}
    if not built.items:
        first = f": {built.left_out[0].words.en}" if built.left_out else ""
        raise Unfit(
            f"按“{wish.marking}”标记，所选内容都不能共享", f"nothing of this may be shared under {wish.marking}{first}"
        )
    at, share_id = here.clock(), f"sh-{secrets.token_hex(6)}"
    with here.engine.begin() as connection:
        connection.execute(
            insert(INTEL_SHARE).values(
                id=share_id,
                target=wish.target,
                state="proposed",
                marking=wish.marking,
                filter={"refs": list(wish.refs), "marking": wish.marking, "target": wish.target},
                bundle=built.bundle,
                left_out=[one.document() for one in built.left_out],
                reason=reason.strip(),
                proposed_by=who.login,
                proposed_at=at,
                **_place(connection, about),
                exercise_id=current_id(connection),
                version=1,
            )
        )
        items = [{"share_id": share_id, "kind": kind, "ref": ref} for kind, ref in built.items]
        connection.execute(insert(INTEL_SHARE_ITEM), items)
        detail = {
            "target": wish.target,
            "marking": wish.marking,
            "objects": len(items),
            "left_out": len(built.left_out),
        }
        _recorded(connection, who, "intelligence.propose", share_id, {**detail, "reason": reason}, at)
    return share_id


def decide(here: Desk, who: Viewer, share_id: str, approve: bool, reason: str, version: int) -> None:
    """Release a proposal of somebody else, or refuse it. Unknown, Stale, IllegalMove, OnePerson or ValueError.

    What was withdrawn, marked higher or ended since it was proposed stops the release.
    """
    at = here.clock()
    with here.engine.begin() as connection:
        row = _row(connection, who, share_id, version)
        if row.proposed_by == who.login:
            raise OnePerson(
                "提出共享的人不能自己放行，须由另一人决定",
                "whoever proposed a share cannot decide it; another person must",
            )
        if not approve and len(reason.strip()) < 2:
            raise Unfit("请写明不同意的理由，至少两个字", "say why it is refused, in at least two characters")
        values: dict[str, Any] = {"decided_by": who.login, "decided_at": at, "decision": reason.strip()}
        if approve:
            _still_may(connection, row, at)
            values["message_id"] = _release(connection, row, at)
        _move(connection, row, "sent" if approve else "refused", values)
        action = "intelligence.release" if approve else "intelligence.refuse"
        detail = {"target": row.target, "marking": row.marking, "message": values.get("message_id"), "reason": reason}
        _recorded(connection, who, action, share_id, detail, at)


def withdraw(here: Desk, who: Viewer, share_id: str, version: int) -> None:
    """Take one's own proposal back. Unknown, Stale or IllegalMove."""
    at = here.clock()
    with here.engine.begin() as connection:
        row = _row(connection, who, share_id, version)
        if row.proposed_by != who.login:
            raise IllegalMove(f"share {share_id} of {row.proposed_by}", row.state, "withdrawn")
        _move(connection, row, "withdrawn", {"decided_by": who.login, "decided_at": at})
        _recorded(connection, who, "intelligence.withdraw", share_id, {}, at)


def seen_by(who: Viewer) -> ColumnElement[bool]:
    """Shares a viewer may see: those about what is in their scope, and their own."""
    return or_(condition(INTEL_SHARE, who), INTEL_SHARE.c.proposed_by == who.login)


def shares(connection: Connection, who: Viewer, limit: int = 100) -> Sequence[Row[Any]]:
    """The newest shares, those that wait in front."""
    waiting = (INTEL_SHARE.c.state != "proposed").asc()
    statement = select(INTEL_SHARE).where(seen_by(who))
    return connection.execute(statement.order_by(waiting, INTEL_SHARE.c.proposed_at.desc()).limit(limit)).all()


def share(connection: Connection, who: Viewer, share_id: str) -> Row[Any] | None:
    """One share this viewer may see."""
    return connection.execute(select(INTEL_SHARE).where(INTEL_SHARE.c.id == share_id, seen_by(who))).one_or_none()


def states_of(connection: Connection, who: Viewer, refs: Sequence[str]) -> dict[str, str]:
    """The newest share state of each object, of the shares a viewer may see."""
    found = connection.execute(
        select(INTEL_SHARE_ITEM.c.ref, INTEL_SHARE.c.state)
        .join(INTEL_SHARE, INTEL_SHARE.c.id == INTEL_SHARE_ITEM.c.share_id)
        .where(INTEL_SHARE_ITEM.c.ref.in_(list(refs)), seen_by(who))
        .order_by(INTEL_SHARE.c.proposed_at)
    )
    return {row.ref: row.state for row in found}


def document(row: Row[Any], whole: bool = False) -> dict[str, Any]:
    """A share as JSON values."""
    names = (
        "id",
        "target",
        "state",
        "marking",
        "filter",
        "left_out",
        "reason",
        "proposed_by",
        "decided_by",
        "decision",
    )
    more = ("message_id", "exercise_id", "version", *(("bundle",) if whole else ()))
    times = {name: at.isoformat() if (at := getattr(row, name)) else None for name in ("proposed_at", "decided_at")}
    return {**{name: getattr(row, name) for name in (*names, *more)}, **times}


def _material(connection: Connection, here: Desk, who: Viewer, refs: Sequence[str]) -> tuple[Material, list[Refused]]:
    indicators = connection.execute(select(INDICATOR).where(INDICATOR.c.id.in_(refs), visible(who))).all()
    alerts = connection.execute(in_scope(select(ALERT).where(ALERT.c.id.in_(refs)), ALERT, who)).all()
    incidents = connection.execute(in_scope(select(INCIDENT).where(INCIDENT.c.id.in_(refs)), INCIDENT, who)).all()
    inside = [(row, _members(connection, who, row.id)) for row in incidents]
    every = [*alerts, *(alert for _, members in inside for alert in members)]
    rules = {alert.rule_id for alert in every if alert.detector == DETECTOR}
    behind = connection.execute(select(INDICATOR).where(INDICATOR.c.id.in_(sorted(rules)), visible(who))).all()
    known = {row.id for row in (*indicators, *alerts, *incidents)}
    material = Material(
        indicators=indicators,
        alerts=alerts,
        incidents=inside,
        behind={row.id: row for row in behind},
        evidence={alert.id: here.store.events(list(alert.events)[:_EVENTS]) for alert in every},
    )
    return material, [Refused(ref[:60], "scope") for ref in refs if ref not in known]


def visible(who: Viewer) -> ColumnElement[bool]:
    """Indicators a viewer may see: what is marked above internal stays with those who see the whole prefecture."""
    markings = load_markings()
    return true() if who.sees_all else INDICATOR.c.marking.in_(markings.names[: markings.rank(markings.ours) + 1])


def _place(connection: Connection, refs: Iterable[str]) -> dict[str, str | None]:
    """The county and the unit that alerts and incidents are about, where it is one alone."""
    found: dict[str, set[str | None]] = {"county": set(), "unit_id": set()}
    for table in (ALERT, INCIDENT):
        for row in connection.execute(select(table.c.county, table.c.unit_id).where(table.c.id.in_(sorted(refs)))):
            found["county"].add(row.county)
            found["unit_id"].add(row.unit_id)
    return {name: next(iter(values)) if len(values) == 1 else None for name, values in found.items()}


def _members(connection: Connection, who: Viewer, incident_id: str) -> Sequence[Row[Any]]:
    joined = (INCIDENT_MEMBER.c.member_id == ALERT.c.id) & (INCIDENT_MEMBER.c.kind == "alert")
    statement = select(ALERT).join(INCIDENT_MEMBER, joined).where(INCIDENT_MEMBER.c.incident_id == incident_id)
    return connection.execute(in_scope(statement, ALERT, who).order_by(ALERT.c.first_seen)).all()


def _still_may(connection: Connection, row: Row[Any], at: datetime) -> None:
    from_others = select(INTEL_SHARE_ITEM.c.ref).where(
        INTEL_SHARE_ITEM.c.share_id == row.id, INTEL_SHARE_ITEM.c.kind == "indicator"
    )
    markings = load_markings()
    for one in connection.execute(select(INDICATOR).where(INDICATOR.c.id.in_(from_others))):
        why = may_leave(one, row.marking, at, markings)
        if why is not None:
            said = Refused(one.id, *why).words.en
            raise IllegalMove(
                f"share {row.id}: indicator {one.id} must not leave any more ({said}); it", row.state, "sent"
            )


def _release(connection: Connection, row: Row[Any], at: datetime) -> str | None:
    if row.target == "province":
        body = {"bundle": row.bundle, "share": row.id}
        return outbox.put(
            connection,
            "intel_share",
            body,
            at=at,
            ref=f"share {row.id}",
            marking=row.marking,
            exercise_id=row.exercise_id,
        )
    if row.exercise_id is not None:
        raise IllegalMove(f"share {row.id} of an exercise, for real partners,", row.state, "sent")
    markings = load_markings()
    objects = [(one, _marking_of(one, markings)) for one in row.bundle["objects"]]
    shelve(connection, SHARED, objects, "gongga", at)
    return None


def _marking_of(one: Mapping[str, Any], markings: Any) -> str:
    """An object's marking by its labels; what has none is our name or a definition, and public."""
    labels: Iterable[str] = (markings.by_definition.get(ref) for ref in one.get("object_marking_refs", ()))
    marking = markings.names[0]
    for label in labels:
        marking = markings.higher(marking, markings.tlp[label or "red"].marking)
    return str(marking)


def _row(connection: Connection, who: Viewer, share_id: str, version: int) -> Row[Any]:
    row = share(connection, who, share_id)
    if row is None:
        raise Unknown(f"share {share_id}")
    if row.version != version:
        raise Stale(f"share {share_id}")
    return row


def _move(connection: Connection, row: Row[Any], to: str, values: Mapping[str, Any]) -> None:
    if to not in MOVES[row.state]:
        raise IllegalMove(f"share {row.id}", row.state, to)
    mine = (INTEL_SHARE.c.id == row.id, INTEL_SHARE.c.version == row.version)
    changed = {**values, "state": to, "version": row.version + 1}
    if connection.execute(update(INTEL_SHARE).where(*mine).values(changed)).rowcount != 1:
        raise Stale(f"share {row.id}")


def _recorded(
    connection: Connection, who: Viewer, action: str, share_id: str, detail: Mapping[str, Any], at: datetime
) -> None:
    record(connection, at=at, actor=who.login, action=action, object=f"share {share_id}", detail=detail)
