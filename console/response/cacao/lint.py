"""What a schema cannot find in a playbook: one small function a rule, in one table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from console.response.cacao.condition import ConditionError, names, parse
from console.response.cacao.document import BRANCHING, Playbook, Step
from console.response.cacao.extension import OWN_COMMANDS, book_terms, own_command, step_terms
from console.response.cacao.fault import Fault, error
from console.response.cacao.graph import body, circle, following, reachable, reached
from console.response.cacao.importing import warnings
from console.response.cacao.variables import named

_EMAIL: Final = re.compile(r"[^@\s<>\"',;]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*\.)+[A-Za-z]{2,24}")
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "action": ("commands",),
    "playbook-action": ("playbook_id",),
    "parallel": ("next_steps",),
    "if-condition": ("condition", "on_true"),
    "while-condition": ("condition", "on_true"),
    "switch-condition": ("switch", "cases"),
}


def missing_field(playbook: Playbook) -> Iterator[Fault]:
    """A step lacks what its type needs."""
    for step in playbook.steps.values():
        for name in _NEEDED.get(step.type, ()):
            if not step.content.get(name):
                says = (f"{step.type} 步骤缺少 {name}", f"a step of type {step.type} needs {name}")
                yield error("missing-field", _at(step), says, (f"补上 {name}", f"add {name}"))
        if step.on_completion and (step.on_success or step.on_failure):
            says = (
                "on_completion 不能与 on_success、on_failure 同用",
                "on_completion excludes on_success and on_failure",
            )
            yield error("two-ways-on", _at(step), says, ("只保留一种", "keep one of them"))


def missing_agent(playbook: Playbook) -> Iterator[Fault]:
    """An action that nobody carries out."""
    for step in playbook.steps.values():
        if step.type == "action" and not step.agent:
            yield error(
                "missing-agent", _at(step), ("没有执行者", "nobody carries it out"), ("补上 agent", "name its agent")
            )


def dangling_reference(playbook: Playbook) -> Iterator[Fault]:
    """A name of a step, an agent or a target that is not there."""
    for where, name in (("workflow_start", playbook.start), ("workflow_exception", playbook.exception)):
        if name and name not in playbook.steps:
            yield _dangling(f"playbook.{where}", name)
    start = playbook.steps.get(playbook.start)
    if start and start.type != "start":
        says = (f"起始步骤的类型是 {start.type}", f"the first step is of type {start.type}")
        yield error("wrong-start", "playbook.workflow_start", says, ("应指向 start 步骤", "name a step of type start"))
    for step in playbook.steps.values():
        for name in dict.fromkeys(following(step)):
            if name not in playbook.steps:
                yield _dangling(_at(step), name)
        for name in (*([step.agent] if step.agent else ()), *step.targets):
            if playbook.party(name) is None:
                yield _dangling(_at(step), name)


def unreachable_step(playbook: Playbook) -> Iterator[Fault]:
    """A step that no run comes to."""
    found = reachable(playbook)
    for step in playbook.steps.values():
        if step.id not in found:
            says = ("没有任何路径到达这一步", "no way leads to this step")
            yield error("unreachable-step", _at(step), says, ("接入流程或删除", "connect it or remove it"))


def no_end(playbook: Playbook) -> Iterator[Fault]:
    """A way that stops before an end step."""
    for name in reachable(playbook):
        step = playbook.steps[name]
        if step.type != "end" and not _goes_on(step):
            says = ("此路径没有走到 end 步骤", "this way stops before an end step")
            yield error(
                "no-end", _at(step), says, ("补上 on_completion 或 on_success", "add on_completion or on_success")
            )
    ends = {step.id for step in playbook.steps.values() if step.type == "end"}
    if playbook.steps and not ends:
        yield error(
            "no-end", "workflow", ("没有 end 步骤", "there is no end step"), ("加上 end 步骤", "add an end step")
        )


def cycle(playbook: Playbook) -> Iterator[Fault]:
    """A loop that is no while: nothing would ever end it."""
    way = circle(playbook)
    if way:
        shown = " → ".join(_short(name) for name in way[:8])
        says = (f"步骤循环而不是 while-condition：{shown}", f"steps go in a circle outside a while: {shown}")
        yield error("cycle", f"workflow.{way[0]}", says, ("改用 while-condition", "use a while-condition"))


def endless_while(playbook: Playbook) -> Iterator[Fault]:
    """A while whose condition nothing in its body changes."""
    for step in playbook.steps.values():
        read = _read_names(step)
        if step.type != "while-condition" or not read:
            continue
        written = {name for inner in body(playbook.steps, step) for name in playbook.steps[inner].out_args}
        if not read & written:
            says = (
                "循环体不改变条件中的变量，循环不会结束",
                "nothing in its body changes the condition: it never ends",
            )
            advice = ("在循环体的步骤中用 out_args 写入该变量", "let a step in the body write the variable by out_args")
            yield error("endless-while", _at(step), says, advice)


def bad_condition(playbook: Playbook) -> Iterator[Fault]:
    """A condition that cannot be read."""
    for step in playbook.steps.values():
        if step.condition:
            try:
                parse(step.condition)
            except ConditionError as why:
                says = (f"条件无法解析：{why}", f"the condition cannot be read: {why}")
                advice = ("写作 __name__:value = '…'", "write __name__:value = '…'")
                yield error("bad-condition", _at(step), says, advice)


def undefined_variable(playbook: Playbook) -> Iterator[Fault]:
    """A variable that is nowhere declared, or only in another step."""
    elsewhere = {name for step in playbook.steps.values() for name in step.variables}
    for step in playbook.steps.values():
        known = {*playbook.variables, *step.variables}
        for name in sorted(_used(playbook, step) - known):
            if name in elsewhere:
                says = (f"变量 {name} 属于别的步骤，此处不可见", f"the variable {name} belongs to another step")
                advice = ("在 playbook_variables 中声明", "declare it in playbook_variables")
                yield error("variable-out-of-scope", _at(step), says, advice)
            else:
                says = (f"变量 {name} 没有声明", f"the variable {name} is not declared")
                yield error("undefined-variable", _at(step), says, ("声明该变量", "declare it"))


def never_join(playbook: Playbook) -> Iterator[Fault]:
    """Parallel branches that do not come together after their own ends."""
    advice = (
        "每个分支以自己的 end 结束，汇合后走 on_completion",
        "end each branch by itself and go on by on_completion",
    )
    for step in playbook.steps.values():
        if step.type != "parallel":
            continue
        if not step.onward():
            says = ("并行分支没有汇合点", "its branches never join: nothing follows them")
            yield error("never-join", _at(step), says, advice)
            continue
        join = step.onward()
        branches = [reached(playbook.steps, (start,), (step.id, *join)) for start in step.next_steps]
        after = reached(playbook.steps, join)
        for number, branch in enumerate(branches):
            others = {name for other in branches[number + 1 :] for name in other} | after
            shared = sorted(name for name in branch & others if playbook.steps[name].type != "end")
            if shared:
                says = (
                    f"分支越过汇合点到达 {_short(shared[0])}",
                    f"a branch passes its join: it comes to {_short(shared[0])}",
                )
                yield error("never-join", _at(step), says, advice)
                break


def bad_email(playbook: Playbook) -> Iterator[Fault]:
    """An address that no mail can reach."""
    for party in (*playbook.agents.values(), *playbook.targets.values()):
        contact = party.content.get("contact")
        emails = contact.get("email") if isinstance(contact, Mapping) else None
        for name, address in emails.items() if isinstance(emails, Mapping) else ():
            if not isinstance(address, str) or len(address) > 254 or not _EMAIL.fullmatch(address):
                says = (f"不是有效的邮箱：{str(address)[:80]!r}", f"no e-mail address: {str(address)[:80]!r}")
                yield error("bad-email", f"{party.id}.contact.email.{name}", says, ("改正邮箱", "mend the address"))


def bad_terms(playbook: Playbook) -> Iterator[Fault]:
    """What our own extension and commands cannot make sense of."""
    advice = ("按 docs/playbooks.md 改正", "mend it as docs/playbooks.md says")
    try:
        book_terms(playbook)
    except ValueError as why:
        yield error(
            "bad-extension", "playbook", (f"扩展内容有误：{why}", f"the extension makes no sense: {why}"), advice
        )
    for step in playbook.steps.values():
        try:
            terms = step_terms(step)
        except ValueError as why:
            yield error(
                "bad-extension", _at(step), (f"扩展内容有误：{why}", f"the extension makes no sense: {why}"), advice
            )
        else:
            if terms.approval and len(step.commands) > 1:
                says = (
                    "批准步骤只能有一条命令，否则一次批准会被用于多条",
                    "an approval decides one command; with several, voices for one would count for the next",
                )
                yield error(
                    "bad-command", _at(step), says, ("把其余命令移到后续步骤", "move the others to steps after it")
                )
        for number, command in enumerate(step.commands):
            for name, choices in OWN_COMMANDS.get(own_command(command.type) or "", {}).items():
                value = command.content.get(name)
                if not isinstance(value, str) or not value or (choices and value not in choices):
                    allowed = f": {', '.join(sorted(choices))}" if choices else ""
                    says = (f"{command.type} 需要 {name}{allowed}", f"{command.type} needs {name}{allowed}")
                    yield error("bad-command", f"{_at(step)}.commands[{number}]", says, (f"补上 {name}", f"add {name}"))


# In the order they are told.
RULES: Final[Iterable[Callable[[Playbook], Iterator[Fault]]]] = (
    missing_field,
    missing_agent,
    dangling_reference,
    cycle,
    endless_while,
    unreachable_step,
    no_end,
    never_join,
    bad_condition,
    undefined_variable,
    bad_email,
    bad_terms,
)


def lint(playbook: Playbook) -> list[Fault]:
    """Everything the rules find, and what will be done by hand."""
    return [*(fault for rule in RULES for fault in rule(playbook)), *warnings(playbook)]


def _goes_on(step: Step) -> bool:
    if step.on_completion or step.on_success:
        return True
    if step.type == "if-condition":
        return bool(step.on_true and step.on_false)
    if step.type == "switch-condition":
        return "default" in step.cases
    return step.type == "parallel" and bool(step.next_steps)


def _used(playbook: Playbook, step: Step) -> set[str]:
    """The variables a step reads or writes, in its commands, its parties and its condition."""
    parties = [party.content for name in (step.agent, *step.targets) if name and (party := playbook.party(name))]
    contents = [command.content for command in step.commands]
    return named([contents, parties]) | {*step.in_args, *step.out_args} | _read_names(step)


def _read_names(step: Step) -> set[str]:
    if step.type not in BRANCHING:
        return set()
    found = {step.switch.removesuffix(":value")} if step.switch else set()
    if step.condition:
        try:
            found |= names(parse(step.condition))
        except ConditionError:
            return found
    return found


def _dangling(where: str, name: str) -> Fault:
    says = (f"引用的 {_short(name)} 不存在", f"it names {_short(name)}, which is not there")
    return error("dangling-reference", where, says, ("补上该对象或改正引用", "add it or mend the reference"))


def _at(step: Step) -> str:
    return f"workflow.{step.id}"


def _short(name: str) -> str:
    return name if len(name) <= 80 else name[:79] + "…"
