"""Reading a playbook: strict in what would run wrongly, tolerant in what we do not know, safe with what is hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from console.response.cacao.document import STEP_TYPES, Command, Party, Playbook, Step, Variable
from console.response.cacao.fault import Fault, error

MOST_BYTES: Final = 1024 * 1024
MOST_DEPTH: Final = 40
MOST_STEPS: Final = 500
MOST_VALUES: Final = 50_000
MOST_FAULTS: Final = 200
# https://docs.oasis-open.org/cacao/security-playbooks/v2.0/security-playbooks-v2.0.html, 3.1
REQUIRED: Final = ("spec_version", "id", "name", "created_by", "created", "modified", "workflow_start", "workflow")
_VARIABLE: Final = re.compile(r"__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__")
_PLAYBOOK: Final = re.compile(r"playbook--[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WIDTH: Final = {"id": 80, "name": 200, "modified": 40}
_SHOWN: Final = 60


@dataclass(slots=True)
class _Finds:
    """The faults found so far, with the helpers that find them."""

    faults: list[Fault] = field(default_factory=list)

    def wrong(self, where: str, zh: str, en: str, advice: tuple[str, str] | None = None) -> None:
        if len(self.faults) < MOST_FAULTS:
            told = advice or ("按 CACAO 2.0 改正", "mend it as CACAO 2.0 says")
            self.faults.append(error("wrong-value", where, (zh, en), told))

    def missing(self, where: str, name: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            says = (f"缺少必填项 {name}", f"the required field {name} is missing")
            self.faults.append(error("missing-field", where, says, (f"补上 {name}", f"add {name}")))

    def text(self, content: Mapping[str, Any], name: str, where: str) -> str:
        value = content.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(f"{where}.{name}", f"应为文本，不是 {_kind(value)}", f"must be text, not {_kind(value)}")
            return ""
        return value

    def reference(self, content: Mapping[str, Any], name: str, where: str) -> str | None:
        return self.text(content, name, where) or None

    def texts(self, content: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
        value = content.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(f"{where}.{name}", "应为文本列表", "must be a list of texts")
            return ()
        return tuple(value)

    def mapping(self, content: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
        value = content.get(name, {})
        if not isinstance(value, dict):
            self.wrong(f"{where}.{name}", f"应为对象，不是 {_kind(value)}", f"must be an object, not {_kind(value)}")
            return {}
        return value

    def flag(self, content: Mapping[str, Any], name: str, where: str) -> bool:
        value = content.get(name, False)
        if not isinstance(value, bool):
            self.wrong(f"{where}.{name}", "应为 true 或 false", "must be true or false")
            return False
        return value

    def milliseconds(self, content: Mapping[str, Any], name: str, where: str) -> int:
        value = content.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**11:
            self.wrong(f"{where}.{name}", "应为毫秒数", "must be a number of milliseconds")
            return 0
        return value


@dataclass(frozen=True, slots=True)
class Reading:
    """A playbook, or why there is none; faults of form stand beside either."""

    playbook: Playbook | None
    faults: tuple[Fault, ...] = ()


def read(content: bytes | str) -> Reading:
    """Read a document. Never raises for what is inside it."""
    if len(content) > MOST_BYTES:
        return _refused(f"超过 {MOST_BYTES} 字节", f"larger than {MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        return _refused("不是 UTF-8 文本", "not UTF-8 text")
    if _depth(text) > MOST_DEPTH:
        return _refused(f"嵌套超过 {MOST_DEPTH} 层", f"nested deeper than {MOST_DEPTH} levels")
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as why:
        return _refused(f"不是可读的 JSON（{why}）", f"not JSON that can be read ({why})")
    if not _can_be_kept(document):
        return _refused("含有不成字的字符或过大的数", "it holds half a character or a number that is none")
    return read_document(document)


def _can_be_kept(document: object) -> bool:
    """Whether it can be written again: JSON may name half a character, and numbers beyond all bounds."""
    try:
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def read_document(document: object) -> Reading:
    """Read a document that is already JSON values."""
    if not isinstance(document, dict) or document.get("type") != "playbook":
        return _refused("不是 CACAO 预案（type 应为 playbook）", "not a CACAO playbook (type must be playbook)")
    if _values(document) > MOST_VALUES:
        return _refused(f"超过 {MOST_VALUES} 个值", f"more than {MOST_VALUES} values")
    finds = _Finds()
    for name in REQUIRED:
        if document.get(name) in (None, "", {}):
            finds.missing("playbook", name)
    if document.get("spec_version") not in (None, "cacao-2.0"):
        finds.wrong("playbook.spec_version", "只支持 cacao-2.0", "only cacao-2.0 is known")
    for name, width in _WIDTH.items():
        if len(finds.text(document, name, "playbook")) > width:
            finds.wrong(f"playbook.{name}", f"超过 {width} 个字符", f"longer than {width} characters")
    named = document.get("id")
    if isinstance(named, str) and named and not _PLAYBOOK.fullmatch(named):
        finds.wrong("playbook.id", "编号应为 playbook--UUID", "the id must be playbook--UUID")
    workflow = finds.mapping(document, "workflow", "playbook")
    if len(workflow) > MOST_STEPS:
        return _refused(f"超过 {MOST_STEPS} 个步骤", f"more than {MOST_STEPS} steps")
    playbook = Playbook(
        id=finds.text(document, "id", "playbook"),
        name=finds.text(document, "name", "playbook"),
        description=finds.text(document, "description", "playbook"),
        modified=finds.text(document, "modified", "playbook"),
        start=finds.text(document, "workflow_start", "playbook"),
        exception=finds.reference(document, "workflow_exception", "playbook"),
        steps={step.id: step for key, one in workflow.items() if (step := _step(finds, key, one))},
        variables=_variables(finds, document, "playbook_variables", "playbook"),
        agents=_parties(finds, document, "agent_definitions"),
        targets=_parties(finds, document, "target_definitions"),
        content=document,
    )
    return Reading(playbook, tuple(finds.faults))


def _step(finds: _Finds, key: str, content: object) -> Step | None:
    where = f"workflow.{key[:_SHOWN]}"
    if not isinstance(content, dict):
        finds.wrong(where, f"步骤应为对象，不是 {_kind(content)}", f"a step must be an object, not {_kind(content)}")
        return None
    if len(key) > 120:
        finds.wrong(where, "步骤编号超过 120 个字符", "the id of a step is longer than 120 characters")
        return None
    kind = finds.text(content, "type", where)
    if kind not in STEP_TYPES:
        says = (f"没有这种步骤类型 {kind[:_SHOWN]!r}", f"there is no step type {kind[:_SHOWN]!r}")
        finds.wrong(f"{where}.type", *says, ("可用：" + "、".join(STEP_TYPES), f"one of {', '.join(STEP_TYPES)}"))
        return None
    cases = finds.mapping(content, "cases", where)
    return Step(
        id=key,
        type=kind,
        name=finds.text(content, "name", where),
        description=finds.text(content, "description", where),
        content=content,
        on_completion=finds.reference(content, "on_completion", where),
        on_success=finds.reference(content, "on_success", where),
        on_failure=finds.reference(content, "on_failure", where),
        delay=finds.milliseconds(content, "delay", where),
        timeout=finds.milliseconds(content, "timeout", where),
        variables=_variables(finds, content, "step_variables", where),
        commands=_commands(finds, content, where),
        agent=finds.reference(content, "agent", where),
        targets=finds.texts(content, "targets", where),
        in_args=finds.texts(content, "in_args", where),
        out_args=finds.texts(content, "out_args", where),
        condition=finds.text(content, "condition", where),
        on_true=finds.reference(content, "on_true", where),
        on_false=finds.reference(content, "on_false", where),
        switch=finds.text(content, "switch", where),
        cases={case: finds.text(cases, case, f"{where}.cases") for case in cases},
        next_steps=finds.texts(content, "next_steps", where),
        playbook_id=finds.text(content, "playbook_id", where),
        playbook_version=finds.text(content, "playbook_version", where),
    )


def _commands(finds: _Finds, content: Mapping[str, Any], where: str) -> tuple[Command, ...]:
    given = content.get("commands", [])
    if not isinstance(given, list):
        finds.wrong(f"{where}.commands", "应为列表", "must be a list")
        return ()
    commands = []
    for number, one in enumerate(given):
        place = f"{where}.commands[{number}]"
        if not isinstance(one, dict):
            finds.wrong(place, "命令应为对象", "a command must be an object")
            continue
        kind = finds.text(one, "type", place)
        if not kind:
            finds.missing(place, "type")
        commands.append(Command(kind, finds.text(one, "command", place), one))
    return tuple(commands)


def _variables(finds: _Finds, content: Mapping[str, Any], name: str, where: str) -> dict[str, Variable]:
    found = {}
    for key, one in finds.mapping(content, name, where).items():
        place = f"{where}.{name}.{key[:_SHOWN]}"
        if not _VARIABLE.fullmatch(key):
            finds.wrong(place, "变量名应写作 __name__", "a variable is named __name__")
        elif not isinstance(one, dict):
            finds.wrong(place, "变量应为对象", "a variable must be an object")
        else:
            if not one.get("type"):
                finds.missing(place, "type")
            found[key] = Variable(
                key,
                finds.text(one, "type", place),
                one.get("value"),
                finds.flag(one, "constant", place),
                finds.flag(one, "external", place),
                finds.text(one, "description", place),
            )
    return found


def _parties(finds: _Finds, content: Mapping[str, Any], name: str) -> dict[str, Party]:
    found = {}
    for key, one in finds.mapping(content, name, "playbook").items():
        place = f"{name}.{key[:_SHOWN]}"
        if not isinstance(one, dict):
            finds.wrong(place, "应为对象", "must be an object")
            continue
        for needed in ("type", "name"):
            if not one.get(needed):
                finds.missing(place, needed)
        found[key] = Party(key, finds.text(one, "type", place), finds.text(one, "name", place), one)
    return found


def _refused(zh: str, en: str) -> Reading:
    advice = ("换一份有效的 CACAO 2.0 预案", "give a valid CACAO 2.0 playbook")
    return Reading(None, (error("not-a-playbook", "playbook", (zh, en), advice),))


def _depth(text: str) -> int:
    """How deep brackets nest outside of strings, counted without recursion."""
    deepest = depth = 0
    in_text = escaped = False
    for sign in text:
        if in_text:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                in_text = False
        elif sign == '"':
            in_text = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _values(document: object) -> int:
    """How many values a document holds, stopping past the limit; too deep counts as too many."""
    count, open_values = 0, [(document, 1)]
    while open_values:
        value, depth = open_values.pop()
        count += 1
        if count > MOST_VALUES or depth > MOST_DEPTH:
            return MOST_VALUES + 1
        if isinstance(value, dict):
            open_values.extend((one, depth + 1) for one in value.values())
        elif isinstance(value, list):
            open_values.extend((one, depth + 1) for one in value)
    return count


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:_SHOWN]!r} stands twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _kind(value: object) -> str:
    kinds = {dict: "object", list: "list", str: "text", bool: "boolean", int: "number", float: "number"}
    return kinds.get(type(value), "null")
