"""`gongga probe`: one round now, the scheduled sensor, signing a scope, approving a baseline, listing rules."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from sensors.contract.batch import EventBatch
    from sensors.probe.settings import ProbeSettings

app = typer.Typer(
    help="Check sites inside a signed scope: one round now, or the scheduled sensor.",
    no_args_is_help=True,
    add_completion=False,
)

ScopeOption = Annotated[Path, typer.Option("--scope", help="Signed scope file (`gongga probe sign` signs one).")]
KeyOption = Annotated[
    Path | None,
    typer.Option("--scope-key", help="Public key (PEM) the scope must be signed with; else the pinned one."),
]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="Settings of the probe, TOML.")]


@app.command()
def once(
    urls: Annotated[list[str], typer.Argument(help="Home pages to check.")],
    scope: ScopeOption,
    scope_key: KeyOption = None,
    settings: SettingsOption = None,
    rules: Annotated[bool, typer.Option("--rules", help="Run the exposure rules too.")] = False,
) -> None:
    """Check these addresses now; events as ndjson on stdout."""
    import asyncio
    from dataclasses import replace
    from datetime import UTC, datetime

    from sensors.probe.scope import ScopeError, load_scope
    from sensors.probe.sensor import once as run_once

    chosen = _settings(settings)
    families = tuple(name for name in chosen.families if rules or name != "exposure")
    short = (timedelta(seconds=1), timedelta(seconds=2))
    chosen = replace(chosen, families=families, retry_delays=chosen.retry_delays if settings else short)
    try:
        loaded = load_scope(scope, _pinned(scope_key), datetime.now(UTC))
        definite = asyncio.run(run_once(urls, loaded, chosen, _print))
    except ScopeError as error:
        _refuse(str(error))
    if not definite:
        typer.echo("no check came to a result; see event.reason of the events", err=True)
        raise typer.Exit(1)


@app.command()
def run(
    scope: ScopeOption,
    state: Annotated[Path, typer.Option("--state", help="Folder for due times and baselines.")],
    spool: Annotated[Path, typer.Option("--spool", help="Folder where segments wait to be sent.")],
    scope_key: KeyOption = None,
    settings: SettingsOption = None,
    sensor: Annotated[str, typer.Option("--sensor", help="Name of this sensor.")] = "p1",
    orders: Annotated[Path | None, typer.Option("--orders", help="Folder where the platform orders re-tests.")] = None,
    period_scale: Annotated[float, typer.Option("--period-scale", help="Multiply every period by this.")] = 1.0,
) -> None:
    """Run the scheduled checks until SIGTERM or SIGINT."""
    import asyncio
    import logging
    import signal
    from dataclasses import replace

    from sensors.emit.spool import Spool
    from sensors.probe.scope import ScopeError
    from sensors.probe.sensor import run as run_sensor

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    chosen = _settings(settings)
    if period_scale <= 0:
        _refuse("--period-scale must be above 0")
    chosen = replace(chosen, periods={name: chosen.period(name) * period_scale for name in chosen.families})

    async def watch() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        waiting = Spool(spool, sensor)

        def put(batch: EventBatch) -> None:
            waiting.put(batch)

        await run_sensor(scope, state, put, chosen, stop, _pinned(scope_key), orders)

    try:
        asyncio.run(watch())
    except ScopeError as error:
        _refuse(str(error))


@app.command()
def sign(
    scope: Annotated[Path, typer.Argument(help="Scope document, JSON; replaced by the signed one.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="Private key, made at first use; KEY.pub beside it.")
    ] = None,
) -> None:
    """Sign a scope by hand (the platform signs its own)."""
    from sensors.contract.segment import put
    from sensors.probe.scope import ScopeError, read_document
    from sensors.probe.scope import sign as sign_document
    from sensors.probe.scope_key import private_key, public_path

    home = key or _home_key()
    try:
        content = sign_document(read_document(scope), private_key(home))
    except ScopeError as error:
        _refuse(str(error))
    put(scope.parent, scope.name, content)
    typer.echo(f"signed {scope}; check it with --scope-key {public_path(home)}", err=True)


@app.command()
def approve(
    site: Annotated[str, typer.Argument(help="Site whose newest look is right.")],
    state: Annotated[Path, typer.Option("--state", help="State folder of the sensor.")],
    by: Annotated[str, typer.Option("--by", help="Who approves it.")] = "cli",
) -> None:
    """Make a site's newest observation its approved baseline."""
    from datetime import UTC, datetime

    from sensors.probe.baseline import BaselineStore
    from sensors.probe.store import FILE, open_state

    if not (state / FILE).exists():
        _refuse(f"{state} holds no state of a probe; give the folder of `gongga probe run --state`")
    connection = open_state(state)
    store = BaselineStore(connection)
    kinds = store.approve(site, by, datetime.now(UTC))
    known = store.sites()
    connection.close()
    if not kinds:
        typer.echo(f"site {site!r} was not observed yet; observed: {', '.join(known) or 'none'}", err=True)
        raise typer.Exit(1)
    typer.echo(f"approved {', '.join(kinds)} of {site}", err=True)


@app.command()
def rules(
    folder: Annotated[Path, typer.Argument(help="Folder of Nuclei templates.")],
) -> None:
    """List which templates would run; the refused ones with their reason, as ndjson."""
    import json

    from sensors.probe.exposure.load import load_folder

    if not folder.is_dir():
        _refuse(f"{folder} is no folder")
    loaded, refused = load_folder(folder)
    for rule in loaded:
        typer.echo(json.dumps({"id": rule.id, "runs": True, "reason": None}))
    for item in refused:
        typer.echo(json.dumps({"path": item.source, "runs": False, "kind": item.kind, "reason": item.detail}))
    typer.echo(f"{len(loaded)} run, {len(refused)} refused", err=True)
    if not loaded:
        raise typer.Exit(1)


def _settings(path: Path | None) -> ProbeSettings:
    from sensors.probe.settings import ProbeSettings
    from sensors.probe.settings_file import SettingsError, load_settings

    if path is None:
        return ProbeSettings()
    if not path.is_file():
        _refuse(f"settings {path} cannot be read: no such file")
    try:
        return load_settings(path)
    except SettingsError as error:
        _refuse(str(error))


def _pinned(key: Path | None) -> bytes | None:
    from sensors.probe.scope_key import public_path

    path = key or public_path(_home_key())
    try:
        return path.read_bytes()
    except OSError as error:
        if key is None:
            return None
        _refuse(f"scope key {path} cannot be read: {error.strerror}")


def _home_key() -> Path:
    return Path.home() / ".config" / "gongga" / "scope.key"


def _print(batch: EventBatch) -> None:
    import orjson

    for document in batch.documents():
        sys.stdout.buffer.write(orjson.dumps(document) + b"\n")
    sys.stdout.buffer.flush()


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
