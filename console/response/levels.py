"""Starting, changing and ending a response level: each change signed, audited, on the timeline, calling people in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.exc import IntegrityError

from analytics.correlation.incident import AT_REST
from analytics.correlation.records import enter
from analytics.db import UNIT
from analytics.grading.tables import Words
from analytics.lifecycle import IllegalMove, Stale, Unfit, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.calendar.working_time import SHANGHAI, load_calendar
from console.exercise.state import current_id
from console.incidents.queries import one
from console.notify.links import load_key
from console.response import callouts
from console.response.clocks import set_response_clocks
from console.response.level_file import Level, Levels, load_levels
from console.response.level_tables import MECHANISM, RESPONSE_LEVEL
from console.response.mechanism import Mechanism, load_mechanism
from console.response.mechanism_file import read_mechanism
from console.response.signing import Signer, canonical, load_signer
from console.web.changes import announce
from console.web.desk import Desk

# What may be done in which state of an incident's response.
MOVES: Final = {
    "none": frozenset({"start"}),
    "active": frozenset({"change", "end"}),
    "ended": frozenset({"start"}),
}
ACTIONS: Final = ("start", "change", "end")
SAID: Final = {
    "start": Words("启动{level}", "{level} started"),
    "change": Words("响应调整为{level}", "Response changed to {level}"),
    "end": Words("结束{level}", "{level} ended"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How an incident's response stands; `episode` is the number of the change that started it."""

    state: str
    level: int | None
    seq: int
    episode: int
    mechanism: str | None
    exercise_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody decides; `seq` is what they saw last, None when they do not say."""

    action: str
    level: int | None
    reason: str
    seq: int | None = None


def decide(here: Desk, who: Viewer, incident_id: str, wanted: Change) -> Standing:
    """Change an incident's response level, signed. Unknown, Stale, IllegalMove; ValueError for what makes no sense."""
    signer, key, now = load_signer(here.data.keys), load_key(here.data.keys), here.clock()
    levels = load_levels(here.data.root)
    try:
        with here.engine.begin() as connection:
            incident = one(connection, who, incident_id)
            if incident is None:
                raise Unknown(f"incident {incident_id}")
            before = standing(connection, incident_id)
            level = _checked(who, incident, before, wanted, levels)
            mechanism = mechanism_of(connection, here.data.root, incident)
            _keep_mechanism(connection, mechanism, now, who.login)
            row = _written(connection, incident, before, wanted, mechanism, signer, who.login, now)
            _follow(connection, here, incident, row, levels, level)
            called: Sequence[str] = ()
            if wanted.action == "end":
                callouts.call_off(connection, incident_id, now)
            else:
                call = callouts.Call(incident, row["episode"], level, wanted.reason, now, row["exercise_id"], key)
                called = callouts.call_in(connection, call, mechanism)
            _told(connection, who, incident, row, level, len(called))
            return standing(connection, incident_id)
    except IntegrityError as error:
        # Somebody else made the change with this number.
        raise Stale(f"the response of incident {incident_id}") from error


def standing(connection: Connection, incident_id: str) -> Standing:
    """How the response of an incident stands."""
    rows = history(connection, incident_id)
    if not rows:
        return Standing("none", None, 0, 0, None)
    last = rows[-1]
    episode = max(row.seq for row in rows if row.action == "start")
    state = "ended" if last.action == "end" else "active"
    return Standing(state, last.level, last.seq, episode, rows[0].mechanism, last.exercise_id)


def history(connection: Connection, incident_id: str) -> Sequence[Row[Any]]:
    """Every change of an incident's response, the first in front."""
    return connection.execute(
        select(RESPONSE_LEVEL).where(RESPONSE_LEVEL.c.incident_id == incident_id).order_by(RESPONSE_LEVEL.c.seq)
    ).all()


def is_genuine(row: Row[Any], signer: Signer) -> bool:
    """Whether a change is what was signed: the signature holds over the statement, and the row says the same."""
    if not signer.holds(row.statement, row.signature):
        return False
    said = json.loads(row.statement)
    return bool(said == _statement(row._mapping))


def mechanism_of(connection: Connection, data: Path, incident: Row[Any]) -> Mechanism:
    """The mechanism an incident is handled under: the one its response started with, else the one of its first day."""
    kept = connection.execute(
        select(MECHANISM.c.content, MECHANISM.c.name)
        .join(RESPONSE_LEVEL, RESPONSE_LEVEL.c.mechanism == MECHANISM.c.digest)
        .where(RESPONSE_LEVEL.c.incident_id == incident.id)
        .order_by(RESPONSE_LEVEL.c.seq)
        .limit(1)
    ).one_or_none()
    if kept is not None:
        return read_mechanism(kept.content.encode(), kept.name)
    units = frozenset(connection.execute(select(UNIT.c.id)).scalars())
    return load_mechanism(data, incident.detected_at.astimezone(SHANGHAI).date(), units)


def _checked(who: Viewer, incident: Row[Any], before: Standing, wanted: Change, levels: Levels) -> Level:
    if wanted.action not in ACTIONS:
        raise ValueError(f"there is no action {wanted.action!r}; one of {', '.join(ACTIONS)}")
    if wanted.seq is not None and wanted.seq != before.seq:
        raise Stale(f"the response of incident {incident.id}")
    if wanted.action not in MOVES[before.state]:
        raise IllegalMove(f"the response of incident {incident.id}", before.state, wanted.action)
    if len(wanted.reason.strip()) < 2:
        raise Unfit(
            "请写明启动、调整或终止响应的理由，至少两个字", "a response level needs a reason of at least two characters"
        )
    if before.level is not None and not (now := levels.named(before.level)).startable_by(who.roles):
        # Who may not start a level does not call it off either.
        raise Unfit(
            f"您的角色不能调整或终止{now.name.zh}，请报有权限的指挥人员决定",
            f"response level {now.level} is changed and ended by {', '.join(now.roles)}; ask one of them",
        )
    if wanted.action == "end":
        return levels.named(before.level or 0)
    if wanted.level is None:
        raise Unfit("请选择响应级别", "which response level? give its number")
    if incident.state in AT_REST:
        raise IllegalMove(f"incident {incident.id}", incident.state, "in response")
    if wanted.level == before.level:
        raise Unfit("响应已在该级别，无需调整", f"the response already is at level {wanted.level}")
    level = levels.of(wanted.level)
    if not level.startable_by(who.roles):
        raise Unfit(
            f"您的角色不能启动{level.name.zh}，请报有权限的指挥人员决定",
            f"response level {level.level} is started by {', '.join(level.roles)}; ask one of them",
        )
    return level


def _written(
    connection: Connection,
    incident: Row[Any],
    before: Standing,
    wanted: Change,
    mechanism: Mechanism,
    signer: Signer,
    by: str,
    at: datetime,
) -> dict[str, Any]:
    seq = before.seq + 1
    values: dict[str, Any] = {
        "incident_id": incident.id,
        "seq": seq,
        "action": wanted.action,
        "level": None if wanted.action == "end" else wanted.level,
        "before": before.level,
        "reason": wanted.reason.strip(),
        "at": at,
        "by": by,
        "mechanism": mechanism.digest,
        # What follows a start belongs to the exercise of the start.
        "exercise_id": current_id(connection) if wanted.action == "start" else before.exercise_id,
    }
    statement = canonical(_statement(values))
    signed = {"statement": statement, "signature": signer.sign(statement), "key_id": signer.key_id}
    connection.execute(insert(RESPONSE_LEVEL).values(**values, **signed))
    return {**values, **signed, "episode": seq if wanted.action == "start" else before.episode}


def _statement(values: Any) -> dict[str, Any]:
    """What is signed: everything the change says."""
    names = ("incident_id", "seq", "action", "level", "before", "reason", "by", "mechanism", "exercise_id")
    return {"at": values["at"].isoformat(timespec="microseconds"), **{name: values[name] for name in names}}


def _keep_mechanism(connection: Connection, mechanism: Mechanism, at: datetime, by: str) -> None:
    known = select(func.count()).select_from(MECHANISM).where(MECHANISM.c.digest == mechanism.digest)
    if connection.execute(known).scalar_one():
        return
    kept = {"digest": mechanism.digest, "version": mechanism.version, "effective": mechanism.effective}
    connection.execute(
        insert(MECHANISM).values(**kept, name=mechanism.name, content=mechanism.content, loaded_at=at, loaded_by=by)
    )


def _follow(
    connection: Connection, here: Desk, incident: Row[Any], row: dict[str, Any], levels: Levels, level: Level
) -> None:
    """Start the clocks that this change starts."""
    event = "ended" if row["action"] == "end" else "started"
    wanted = levels.after if event == "ended" else level.clocks
    set_response_clocks(connection, incident.id, wanted, event, row["at"], load_calendar(here.data.root))


def _told(
    connection: Connection, who: Viewer, incident: Row[Any], row: dict[str, Any], level: Level, called: int
) -> None:
    said, reason = SAID[row["action"]], row["reason"]
    words = Words(
        f"{said.zh.format(level=level.name.zh)}：{reason}", f"{said.en.format(level=level.name.en)}: {reason}"
    )
    enter(connection, incident.id, "response", f"response:{row['seq']}", row["at"], row["at"], words, who.login)
    announce(connection, "incident", incident.id, row["at"], incident.site_id)
    record(
        connection,
        at=row["at"],
        actor=who.login,
        action=f"response.{row['action']}",
        object=f"incident/{incident.id}",
        detail={
            "level": row["level"],
            "before": row["before"],
            "reason": reason,
            "seq": row["seq"],
            "signature": row["signature"],
            "key": row["key_id"],
            "mechanism": row["mechanism"],
            "called": called,
        },
    )
