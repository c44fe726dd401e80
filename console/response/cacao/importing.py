"""How a command of a playbook is carried out here: by ourselves, by asking a server, or by a person with a warning."""

from __future__ import annotations

from typing import Final

from console.response.cacao.document import Command, Playbook, Step
from console.response.cacao.extension import own_command
from console.response.cacao.fault import Fault, warning

MANUAL: Final = "manual"
CALL: Final = "http-api"
OWN: Final = "own"
BY_HAND: Final = "by-hand"
# Commands that would act on other machines. The desk has no shell: a person decides and does it.
FOREIGN: Final = frozenset(
    {
        *("bash", "ssh", "powershell", "openc2", "openc2-http", "kestrel", "jupyter"),
        *("elastic", "sigma", "yara", "caldera", "caldera-cmd"),
    }
)


def way_of(command: Command) -> str:
    """How a command is carried out: MANUAL, CALL, OWN or BY_HAND."""
    if command.type in (MANUAL, CALL):
        return command.type
    return OWN if own_command(command.type) else BY_HAND


def waits_for_a_person(step: Step) -> bool:
    """Whether an action step has a command that only a person can carry out."""
    return any(way_of(command) in (MANUAL, BY_HAND) for command in step.commands)


def warnings(playbook: Playbook) -> list[Fault]:
    """What is done by hand here although the playbook means it for a machine."""
    return [
        _by_hand(step, number, command)
        for step in playbook.steps.values()
        for number, command in enumerate(step.commands)
        if way_of(command) == BY_HAND
    ]


def _by_hand(step: Step, number: int, command: Command) -> Fault:
    where = f"workflow.{step.id}.commands[{number}]"
    if command.type in FOREIGN:
        says = (
            f"{command.type} 命令不会自动执行，改为人工步骤",
            f"{command.type} commands are never run here; it becomes a manual step",
        )
        advice = ("由有权限的人核对命令后自行执行", "somebody with the right checks the command and runs it by hand")
        return warning("runs-by-hand", where, says, advice)
    says = (
        f"不认识命令类型 {command.type!r}，改为人工步骤",
        f"unknown command type {command.type!r}; it becomes a manual step",
    )
    return warning("unknown-command", where, says, ("核对该命令的含义", "check what the command means"))
