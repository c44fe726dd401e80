"""Reading a mechanism from a file. What is wrong is refused in one sentence; what is odd is a warning."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from analytics.grading.tables import Words, load_tables
from console.accounts.permissions import ROLES
from console.calendar.holiday_file import CONFIDENCES
from console.office.bounded_yaml import read_yaml
from console.response.slots import CALLED, KINDS, Contact, Escalation, Group, Mechanism, Slot

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
NAMED: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,20}")
WITHIN: Final = re.compile(r"PT(?:(?P<hours>\d{1,3})H)?(?:(?P<minutes>\d{1,4})M)?")
LETTERS: Final = ("R", "A", "C", "I")
ANY: Final = "N"


class BadMechanism(ValueError):
    """The file cannot be used; the sentence says what, where, and what to do."""


def read_mechanism(content: bytes, name: str, units: Collection[str] | None = None) -> Mechanism:
    """The mechanism of a file. BadMechanism for what cannot be used, and for a unit that is not in `units`."""
    try:
        document = read_yaml(content, name)
    except ValueError as error:
        raise BadMechanism(str(error)) from error
    try:
        return _mechanism(document, content, units)
    except _Wrong as error:
        raise BadMechanism(f"{name}: {error}") from error


class _Wrong(ValueError):
    """What is wrong, without the file's name."""


def _mechanism(document: object, content: bytes, units: Collection[str] | None) -> Mechanism:
    head = _mapping(_mapping(document, "the file").get("mechanism"), "`mechanism`")
    groups = tuple(_group(entry) for entry in _list(head, "groups"))
    _once((group.key for group in groups), "group")
    slots = tuple(_slot(entry, groups, units) for entry in _list(head, "slots"))
    _once((slot.ref for slot in slots), "slot")
    effective = head.get("effective")
    if not isinstance(effective, date) or isinstance(effective, datetime):
        raise _Wrong(f"effective: {effective!r} is no day; write it as 2026-01-01")
    if head.get("confidence") not in CONFIDENCES:
        raise _Wrong(f"confidence must be one of {', '.join(CONFIDENCES)}")
    bare = Mechanism(
        id=_shaped(head.get("id"), NAMED, "id"),
        version=_shaped(head.get("version"), VERSION, "version"),
        effective=effective,
        label=_text(head.get("label"), "label"),
        name=_text(head.get("name"), "name"),
        source=_text(head.get("source"), "source"),
        confidence=head["confidence"],
        workflow=_shaped(head.get("workflow", "incident-default"), NAMED, "workflow"),
        groups=groups,
        slots=slots,
        raci={},
        escalations={},
        digest=hashlib.sha256(content).hexdigest(),
        content=content.decode(),
    )
    full = replace(
        bare,
        raci=_raci(bare, _mapping(head.get("raci", {}), "raci")),
        escalations=_escalations(bare, _mapping(head.get("escalation", {}), "escalation")),
    )
    return replace(full, warnings=tuple(_warnings(full)))


def _group(entry: object) -> Group:
    said = _mapping(entry, "a group")
    key = _shaped(said.get("key"), KEY, "a group's key")
    if said.get("kind") not in KINDS:
        raise _Wrong(f"group {key}: kind {said.get('kind')!r} is not one of {', '.join(KINDS)}")
    expect = said.get("expect")
    if expect != ANY and not (isinstance(expect, int) and not isinstance(expect, bool) and 0 <= expect <= 999):
        raise _Wrong(f"group {key}: expect {expect!r} is neither a number nor {ANY}")
    return Group(key, _text(said.get("name"), f"group {key}: name"), said["kind"], None if expect == ANY else expect)


def _slot(entry: object, groups: tuple[Group, ...], units: Collection[str] | None) -> Slot:
    said = _mapping(entry, "a slot")
    key = _shaped(said.get("key"), KEY, "a slot's key")
    group = next((one for one in groups if one.key == said.get("group")), None)
    if group is None:
        raise _Wrong(f"slot {key}: there is no group {said.get('group')!r}; known: {', '.join(g.key for g in groups)}")
    where = f"slot {group.key}/{key}"
    unit = said.get("unit")
    if unit is not None and not isinstance(unit, str):
        raise _Wrong(f"{where}: unit must be a text")
    if unit is not None and units is not None and unit not in units:
        raise _Wrong(f"{where}: unit {unit!r} is not in the inventory; add the unit first or mend its id")
    roles = _words(said, "roles", where)
    for role in roles:
        if role not in ROLES:
            raise _Wrong(f"{where}: there is no role {role!r}; known: {', '.join(ROLES)}")
    enabled = said.get("enabled", True)
    if not isinstance(enabled, bool):
        raise _Wrong(f"{where}: enabled must be true or false")
    return Slot(
        group=group.key,
        key=key,
        name=_text(said.get("name"), f"{where}: name"),
        kind=group.kind,
        enabled=enabled,
        unit=unit,
        roles=roles,
        contacts=tuple(_contact(one, where) for one in _list(said, "contacts", needed=False)),
        capabilities=frozenset(_words(said, "capabilities", where)),
        triggers=frozenset(_words(said, "triggers", where)),
    )


def _contact(entry: object, where: str) -> Contact:
    said = _mapping(entry, f"{where}: a contact")
    others = {name: said.get(name, "") for name in ("phone", "email", "account")}
    if any(not isinstance(value, str) or len(value) > 120 for value in others.values()):
        raise _Wrong(f"{where}: phone, email and account of a contact are texts; put a number in quotes")
    return Contact(_text(said.get("name"), f"{where}: a contact's name"), **others)


def _raci(bare: Mechanism, said: Mapping[str, Any]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for step, entry in said.items():
        _shaped(step, KEY, "a step of raci")
        found[step] = {}
        for letter, value in _mapping(entry, f"raci {step}").items():
            if letter not in LETTERS:
                raise _Wrong(f"raci {step}: {letter!r} is not one of {', '.join(LETTERS)}")
            targets = tuple(value) if isinstance(value, list) else (value,)
            found[step][letter] = tuple(_target(bare, target, f"raci {step}") for target in targets)
    return found


def _escalations(bare: Mechanism, said: Mapping[Any, Any]) -> dict[int, Escalation]:
    names: dict[Any, int] = {words.zh: level for level, words in load_tables().levels.items()}
    names |= {level: level for level in load_tables().levels}
    found: dict[int, Escalation] = {}
    for name, entry in said.items():
        if name not in names:
            raise _Wrong(f"escalation: {name!r} is no grade; one of {', '.join(str(one) for one in names)}")
        where = f"escalation {name}"
        call = _mapping(entry, where)
        then = call.get("then")
        found[names[name]] = Escalation(
            notify=tuple(_target(bare, target, where) for target in _list(call, "notify")),
            within=_within(call.get("within"), where),
            then=None if then is None else _target(bare, then, where),
        )
    return found


def _target(bare: Mechanism, target: object, where: str) -> str:
    if not isinstance(target, str):
        raise _Wrong(f"{where}: {target!r} names no slot; write it as group/slot")
    try:
        bare.slots_of(target)
    except ValueError as error:
        raise _Wrong(f"{where}: {error}") from error
    return target


def _within(value: object, where: str) -> timedelta:
    found = WITHIN.fullmatch(value) if isinstance(value, str) else None
    span = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0)) if found else timedelta(0)
    if not timedelta(minutes=1) <= span <= timedelta(days=30):
        raise _Wrong(f"{where}: within {value!r} must be a time of 1 minute to 30 days, such as PT15M or PT1H30M")
    return span


def _warnings(full: Mechanism) -> list[Words]:
    found = []
    counts = Counter(slot.group for slot in full.slots if slot.enabled)
    for group in full.groups:
        if group.expect is not None and counts[group.key] != group.expect:
            zh = f"{group.name}应有 {group.expect} 个，文件中启用 {counts[group.key]} 个"
            found.append(Words(zh, f"{group.key}: {group.expect} expected, {counts[group.key]} enabled"))
    label = "+".join(ANY if group.expect is None else str(counts[group.key]) for group in full.groups)
    if label != full.label:
        found.append(Words(f"名称为“{full.label}”，实际为“{label}”", f"The label is {full.label}, the counts {label}"))
    unbound = [s for s in full.slots if s.enabled and s.kind in CALLED and not (s.unit or s.roles or s.contacts)]
    if unbound:
        names = "、".join(slot.name for slot in unbound)
        zh = f"以下席位未绑定单位、账号或联系人，只能电话通知：{names}"
        found.append(Words(zh, f"Bound to no unit, account or contact, so reached by telephone only: {names}"))
    return found


def _once(keys: Any, what: str) -> None:
    for key, count in Counter(keys).items():
        if count > 1:
            raise _Wrong(f"the {what} {key} stands {count} times; each may stand once")


def _mapping(value: object, what: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise _Wrong(f"{what} must be names with values, not {type(value).__name__}")
    return value


def _list(said: Mapping[str, Any], name: str, *, needed: bool = True) -> list[Any]:
    value = said.get(name, [])
    if not isinstance(value, list) or (needed and not value):
        raise _Wrong(f"`{name}` must be a list with at least one entry")
    if len(value) > 500:
        raise _Wrong(f"`{name}` has {len(value)} entries; at most 500 are taken")
    return value


def _words(said: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = said.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and len(one) <= 40 for one in value):
        raise _Wrong(f"{where}: {name} must be a list of words")
    return tuple(value)


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 120:
        raise _Wrong(f"{what} must be a text of 1 to 120 characters")
    return value.strip()


def _shaped(value: object, shape: re.Pattern[str], what: str) -> str:
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise _Wrong(f"{what}: {value!r} is not of the form {shape.pattern}")
    return value
