"""`gongga rules`: what runs, what is refused and why, and taking over rules of others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analytics.sigma.ruleset import RuleEntry

rules = typer.Typer(no_args_is_help=True, help="List, check and import rules.")

Folders = Annotated[list[Path] | None, typer.Argument(help="Folders or files of rules; without any, our own pack.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON list, an entry for each rule document.")]


def load(folders: list[Path] | None) -> tuple[RuleEntry, ...]:
    """Every rule document of these folders, or of our own pack."""
    from analytics.sigma.ruleset import Ruleset, shipped

    return Ruleset.load(folders or shipped()).entries


@rules.command("list")
def list_rules(folders: Folders = None) -> None:
    """List the rules that run."""
    for entry in load(folders):
        if entry.runs:
            typer.echo(f"{entry.level:14}{entry.logsource or entry.kind:22}{entry.title}")


@rules.command()
def check(folders: Folders = None, as_json: AsJson = False) -> None:
    """Say of every rule document whether it runs, and if not, why."""
    entries = load(folders)
    if as_json:
        names = ("path", "id", "title", "kind", "logsource", "runs", "reason")
        rows = [{name: getattr(entry, name) for name in names} for entry in entries]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for entry in entries:
            typer.echo(f"{'runs' if entry.runs else 'no'}\t{entry.path}\t{entry.title}\t{entry.reason or ''}")
    running = sum(entry.runs for entry in entries)
    typer.echo(f"{len(entries)} rules, {running} run, {len(entries) - running} do not.", err=True)
    if not running or (not folders and running < len(entries)):
        raise typer.Exit(1)


@rules.command("import")
def import_rules(
    folder: Annotated[Path, typer.Argument(help="Folder of rules of others.", exists=True)],
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("var"),
) -> None:
    """Take over the files of a folder of which every rule runs; list the others with their reason."""
    from analytics.data_folder import DataFolder
    from sensors.contract.segment import put

    target = DataFolder(data.resolve()).prepare().rules / "sigma"
    target.mkdir(parents=True, exist_ok=True)
    refused: dict[str, str] = {}
    paths = {}
    for entry in load([folder]):
        paths[entry.path] = Path(entry.path)
        if not entry.runs:
            refused[entry.path] = f"{entry.title or entry.path}: {entry.reason}"
    taken = [path for name, path in sorted(paths.items()) if name not in refused]
    for path in taken:
        put(target, path.name, path.read_bytes())
    for reason in refused.values():
        typer.echo(reason, err=True)
    typer.echo(f"{len(taken)} files taken over, {len(refused)} not.", err=True)
    if not taken:
        raise typer.Exit(1)
