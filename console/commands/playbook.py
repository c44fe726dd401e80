"""`gongga playbook check|run`: what is wrong with a CACAO playbook, and a walk through it that does nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from console.bootstrap import now
from console.response import shelf
from console.response.cacao.fault import Fault, document, errors, sentence
from console.response.cacao.lint import lint
from console.response.cacao.reading import MOST_BYTES, Reading, read
from console.response.facts import FACTS
from console.response.rehearsal import Rehearsed, rehearse

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Check CACAO 2.0 playbooks and walk them dry.")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="CACAO 2.0 documents.", metavar="FILE…")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list on stdout.")] = False,
) -> None:
    """Say what is wrong: exit 0 when nothing is, 1 when a playbook has an error, 2 when a file cannot be read."""

    found: list[dict[str, Any]] = []
    for path in files:
        reading = _read(path)
        faults = _faults(reading)
        found.append(
            {
                "path": str(path),
                "id": reading.playbook.id if reading.playbook else None,
                "name": reading.playbook.name if reading.playbook else None,
                "steps": len(reading.playbook.steps) if reading.playbook else 0,
                "ok": not errors(faults),
                "faults": [document(fault) for fault in faults],
            }
        )
        if not as_json:
            typer.echo(f"{path}: {_summary(len(errors(faults)), len(faults))}")
            for fault in faults:
                typer.echo(f"  {fault.kind} {fault.name} {fault.where}: {fault.says.en}; {fault.advice.en}")
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    raise typer.Exit(0 if all(one["ok"] for one in found) else 1)


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="A CACAO 2.0 document.")],
    dry: Annotated[bool, typer.Option("--dry", help="Do nothing: show what would be done. Required here.")] = False,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            help="KEY=VALUE: the value of a variable, or success, failure, approve or reject of a step. "
            "Given again it is the answer of the next time."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The walk as JSON on stdout.")] = False,
) -> None:
    """Walk a playbook and print the way: exit 0 when it succeeds, 1 when it fails or has an error, 2 for wrong use."""

    if not dry:
        typer.echo("real runs start on an incident at the desk; here a playbook is only walked: add --dry", err=True)
        raise typer.Exit(2)
    reading = _read(file)
    faults = _faults(reading)
    if reading.playbook is None or errors(faults):
        typer.echo(f"{file}: {sentence(faults).en}", err=True)
        raise typer.Exit(1)
    shipped = {book.id: book.playbook for book in shelf.shipped().values()}
    try:
        answers = _answers(answer or [])
        facts = {name: f"<{meaning.en}>" for name, meaning in FACTS.items()}
        facts |= {name: answers[name.strip("_")][0] for name in FACTS if name.strip("_") in answers}
        walked = rehearse(reading.playbook, answers, now(), shipped.get, facts)
    except ValueError as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(2) from why
    for fault in faults:
        typer.echo(f"{fault.kind} {fault.where}: {fault.says.en}", err=True)
    _print(walked, as_json)
    raise typer.Exit(0 if walked.state == "succeeded" else 1)


def _print(walked: Rehearsed, as_json: bool) -> None:
    if not as_json:
        for line in walked.lines:
            typer.echo(f"{line.after!s:>10}  {'  ' * line.depth}{line.type:<16} {line.name}: {line.did.en}")
        typer.echo(f"{walked.state}{': ' + walked.failure if walked.failure else ''}")
        return
    lines = [
        {"after": line.after.total_seconds(), "depth": line.depth, "step": line.step, "type": line.type}
        | {"name": line.name, "did": line.did.en}
        for line in walked.lines
    ]
    told = {"state": walked.state, "failure": walked.failure, "walk": lines, "variables": walked.variables}
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _faults(reading: Reading) -> list[Fault]:
    return [*reading.faults, *(lint(reading.playbook) if reading.playbook else ())]


def _read(path: Path) -> Reading:

    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        typer.echo(f"{path}: cannot be read: {error.strerror}", err=True)
        raise typer.Exit(2) from error
    return read(content)


def _answers(given: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not sign or not key:
            raise ValueError(f"{one!r} is no answer such as KEY=VALUE")
        found.setdefault(key.strip("_"), []).append(value)
    return found


def _summary(wrong: int, all_of_them: int) -> str:
    return "ok" if not all_of_them else f"{wrong} errors, {all_of_them - wrong} warnings"
