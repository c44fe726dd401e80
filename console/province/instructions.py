"""Instructions of the province: their life as a table, each step a person's act that goes up signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from analytics.correlation.incident import year_of
from analytics.correlation.records import enter
from analytics.db import INCIDENT, UNIT
from analytics.grading.tables import Words
from analytics.lifecycle import IllegalMove, Stale, Unfit, Unknown
from console.notify.tell import Message, Recipient, tell
from console.province.envelope import sound_moment
from console.province.markings import link_rules
from console.province.outbox import put
from console.province.tables import INSTRUCTION, INSTRUCTION_STEP
from console.web.changes import announce

# 收到 → 签收 → 转办 → 反馈 → 办结; what needs no other unit is answered without being assigned.
MOVES: Final[Mapping[str, frozenset[str]]] = {
    "received": frozenset({"signed"}),
    "signed": frozenset({"assigned", "answered"}),
    "assigned": frozenset({"assigned", "answered"}),
    "answered": frozenset({"answered", "done"}),
    "done": frozenset(),
}
WORDS: Final[Mapping[str, Words]] = {
    "received": Words("收到", "Received"),
    "signed": Words("签收", "Signed for"),
    "assigned": Words("转办", "Assigned"),
    "answered": Words("反馈", "Answered"),
    "done": Words("办结", "Done"),
}
_TEXTS: Final = {"number": 80, "title": 300, "content": 20_000}
# These say something to the province and so need words.
_SAYS: Final = frozenset({"answered", "done"})


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does to an instruction."""

    to: str
    text: str = ""
    unit_id: str | None = None
    incident_id: str | None = None
    notice_id: str | None = None


def register(connection: Connection, message: Row[Any], at: datetime) -> str:
    """Make an instruction of a message that came in; its id. ValueError, in one sentence, for a body that is none."""
    body: Mapping[str, Any] = message.body
    said = _said(body)
    known = select(INSTRUCTION.c.id).where(INSTRUCTION.c.peer == message.peer, INSTRUCTION.c.number == said["number"])
    if connection.execute(known).first() is not None:
        raise ValueError(f"an instruction with the number {said['number']} is here already")
    limits = link_rules()["instructions"]["urgencies"][said["urgency"]]
    received: datetime = message.received_at
    instruction_id = _next_id(connection, at)
    connection.execute(
        insert(INSTRUCTION).values(
            id=instruction_id,
            message_id=message.message_id,
            peer=message.peer,
            **said,
            received_at=received,
            due_sign=_moment(body, "due_sign") or received + timedelta(minutes=limits["sign_minutes"]),
            due_feedback=_moment(body, "due_feedback") or received + timedelta(minutes=limits["feedback_minutes"]),
            state="received",
            marking=message.marking,
            exercise_id=message.exercise_id,
            version=1,
        )
    )
    announce(connection, "province", instruction_id, at)
    told = Message(
        key=f"instruction:{instruction_id}",
        kind="link",
        to=Recipient("值班员"),
        subject=f"收到省级指令：{said['title']}"[:300],
        text=f"{said['number']}（{limits['zh']}），请及时签收。",
        ref=f"instruction {instruction_id}",
        urgent=said["urgency"] != "normal",
    )
    tell(connection, told, at, message.exercise_id)
    return instruction_id


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an instruction says, checked."""
    rules = link_rules()["instructions"]
    said: dict[str, Any] = {name: _text(body, name, most) for name, most in _TEXTS.items()}
    kind, urgency, targets = body.get("kind"), body.get("urgency", "normal"), body.get("targets", [])
    if not isinstance(kind, str) or kind not in rules["kinds"]:
        raise ValueError(f"the instruction kind {kind!r} is not known; one of {', '.join(rules['kinds'])}")
    if not isinstance(urgency, str) or urgency not in rules["urgencies"]:
        raise ValueError(f"the urgency {urgency!r} is not known; one of {', '.join(rules['urgencies'])}")
    if not isinstance(targets, list) or len(targets) > 200 or not all(isinstance(one, str) for one in targets):
        raise ValueError("targets must be a list of at most 200 names")
    return said | {"kind": kind, "urgency": urgency, "targets": targets}


def instruction(connection: Connection, instruction_id: str) -> Row[Any]:
    """One instruction. Unknown when there is none."""
    row = connection.execute(select(INSTRUCTION).where(INSTRUCTION.c.id == instruction_id)).one_or_none()
    if row is None:
        raise Unknown(f"instruction {instruction_id}")
    return row


def move(connection: Connection, instruction_id: str, step: Step, by: str, at: datetime) -> str:
    """A person's step: kept, and queued to the province; the message's id.

    Unknown, IllegalMove or Stale; ValueError for a step that lacks what it must say.
    """
    row = instruction(connection, instruction_id)
    if step.to not in MOVES.get(row.state, frozenset()):
        raise IllegalMove(f"instruction {instruction_id}", row.state, step.to)
    if step.to in _SAYS and len(step.text) < 2:
        raise Unfit("请简要写明办理情况，省级将看到这段文字", "say in a few words what was done; the province reads it")
    if step.to == "assigned" and not step.unit_id:
        raise Unfit("请选择转办的单位", "name the unit that the instruction is passed on to")
    values: dict[str, Any] = {"state": step.to, "version": row.version + 1, **_linked(connection, step)}
    same = (INSTRUCTION.c.id == row.id, INSTRUCTION.c.version == row.version)
    if connection.execute(update(INSTRUCTION).where(*same).values(values)).rowcount != 1:
        raise Stale(f"instruction {instruction_id}")
    body = {
        "number": row.number,
        "about": row.message_id,
        "from": row.state,
        "to": step.to,
        "at": at.isoformat(),
        "by": by,
        "text": step.text,
        "unit": step.unit_id,
    }
    message_id = put(
        connection,
        "instruction_step",
        body,
        at=at,
        ref=f"instruction {row.id}",
        marking=row.marking,
        exercise_id=row.exercise_id,
    )
    connection.execute(
        insert(INSTRUCTION_STEP).values(
            instruction_id=row.id,
            state_from=row.state,
            state_to=step.to,
            at=at,
            by=by,
            text=step.text,
            unit_id=step.unit_id,
            message_id=message_id,
        )
    )
    _tell_incident(connection, values.get("incident_id") or row.incident_id, row, step, by, at)
    announce(connection, "province", row.id, at)
    return message_id


def _linked(connection: Connection, step: Step) -> dict[str, Any]:
    """The unit, incident and notice that a step names. Unfit for one that does not exist."""
    values: dict[str, Any] = {}
    if step.unit_id:
        county = connection.execute(select(UNIT.c.county).where(UNIT.c.id == step.unit_id)).scalar()
        if county is None:
            raise Unfit("没有这个单位，请重新选择", f"there is no unit {step.unit_id}")
        values |= {"unit_id": step.unit_id, "county": county}
    if step.incident_id:
        if connection.execute(select(INCIDENT.c.id).where(INCIDENT.c.id == step.incident_id)).first() is None:
            raise Unfit("没有这个编号的事件，请核对后再填", f"there is no incident {step.incident_id}")
        values["incident_id"] = step.incident_id
    if step.notice_id:
        values["notice_id"] = step.notice_id
    return values


def _tell_incident(
    connection: Connection, incident_id: str | None, row: Row[Any], step: Step, by: str, at: datetime
) -> None:
    if not incident_id:
        return
    named = WORDS[step.to]
    said = f"：{step.text}" if step.text else ""
    words = Words(f"省级指令 {row.number} {named.zh}{said}", f"Instruction {row.number}: {named.en.lower()}")
    enter(connection, incident_id, "instruction", f"{row.id}:{row.version + 1}", at, at, words, by)
    announce(connection, "incident", incident_id, at)


def _text(body: Mapping[str, Any], name: str, most: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        raise ValueError(f"{name} must be a text of at most {most} characters")
    return value.strip()


def _moment(body: Mapping[str, Any], name: str) -> datetime | None:
    if body.get(name) is None:
        return None
    found = sound_moment(body[name])
    if found is None:
        raise ValueError(f"{name} must be a moment with a time zone")
    return found


def _next_id(connection: Connection, at: datetime) -> str:
    start = f"IN-{year_of(at)}-"
    newest = connection.execute(
        select(INSTRUCTION.c.id).where(INSTRUCTION.c.id.like(f"{start}%")).order_by(INSTRUCTION.c.id.desc()).limit(1)
    ).scalar()
    return f"{start}{int(newest.removeprefix(start)) + 1 if newest else 1:04d}"
