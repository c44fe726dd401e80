"""The entry point `gongga`: one table of commands, each loaded only when it is chosen."""

from __future__ import annotations

import importlib
from typing import Annotated, Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Command(NamedTuple):
    """Where a command lives, `module:attribute` (a typer app or a function), and its line in the help."""

    home: str
    help: str


COMMANDS: Final[dict[str, Command]] = {
    "up": Command("console.commands.up:up", "Start the whole platform on this machine; without sites, on the lab."),
    "flow": Command("sensors.flow.cli:app", "Turn captures into flow, http, dns and tls events."),
    "probe": Command("sensors.probe.cli:app", "Check sites: one round now, or the scheduled sensor."),
    "send": Command("sensors.emit.cli:app", "Send spooled segments to a platform on another machine."),
    "detect": Command("console.commands.detect:detect", "Run rules over event files; alerts as ndjson."),
    "rules": Command("analytics.sigma.cli:rules", "List, check and import rules."),
    "ingest": Command("console.commands.ingest:ingest", "Take logs, captures and event files into the store."),
    "search": Command("analytics.store.cli:search", "Search the event store; events as ndjson."),
    "store": Command("analytics.store.cli:store", "Compact, expire and describe the event store."),
    "inventory": Command("console.commands.inventory:app", "Import units and sites from CSV; write the scope."),
    "serve": Command("console.commands.serve:serve", "The console and the ingest address alone."),
    "worker": Command("analytics.cli:worker", "Intake and jobs alone."),
    "clerk": Command("console.commands.clerk:clerk", "Playbook steps, messages, reports and reminders alone."),
    "notice": Command("console.notices.cli:app", "Documents: render one, draft a month's bulletin."),
    "playbook": Command("console.commands.playbook:app", "Check CACAO playbooks; walk one without doing anything."),
    "province": Command("console.province.cli:app", "The link with the province: keys, packages, a pretend province."),
    "intel": Command("console.intelligence.cli:app", "Import, list and fetch threat intelligence; let partners in."),
    "sensor": Command("console.commands.sensor:app", "Tokens for sensors on other machines."),
    "user": Command("console.accounts.cli:app", "Accounts: add, list, reset, grant."),
    "lab": Command("lab.cli:app", "The pretend county on loopback."),
    "doctor": Command("console.commands.doctor:doctor", "Say what this machine has, lacks, and how to get it."),
}


def load(name: str) -> Any:
    """The command of that name, ready to run. KeyError for an unknown one."""
    module, attribute = COMMANDS[name].home.split(":")
    target = getattr(importlib.import_module(module), attribute)
    if isinstance(target, typer.Typer):
        command = typer.main.get_command(target)
    else:
        single = typer.Typer(add_completion=False)
        single.command(name, help=COMMANDS[name].help)(target)
        command = typer.main.get_command(single)
    command.name = name
    return command


class LazyCommands(TyperGroup):
    """A group that shows its table in the help and imports a command only to run it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The chosen command, loaded now."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else command, rest


def group() -> TyperGroup:
    """The group of all commands."""
    top = typer.Typer(cls=LazyCommands, no_args_is_help=True, add_completion=False)
    top.callback(help="Gongga 贡嘎: network security situational awareness for government websites.")(_options)
    root = typer.main.get_command(top)
    if not isinstance(root, TyperGroup):
        raise TypeError("the top command has no subcommands")
    for name, command in COMMANDS.items():
        root.add_command(TyperCommand(name, help=command.help, add_help_option=False), name)
    return root


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"gongga {version('gongga')}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    del version  # shown by its callback


def main() -> None:
    """Run the command line."""
    group().main(prog_name="gongga")
