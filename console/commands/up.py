"""`gongga up`: the whole platform on this machine, as one process tree."""

from __future__ import annotations

import http.client
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy import Engine, func, select

from analytics.data_folder import DataFolder
from analytics.db import SITE
from analytics.inventory.scope import write_scope
from console.accounts.use_cases import create_first_account
from console.bootstrap import prepare
from console.commands.inventory import take
from console.supervisor import Part, Supervisor
from lab.people import VISITOR
from lab.prepare import PROVINCE_PORT, prepare_lab

STARTS_WITHIN: Final = 90.0


def up(
    sites: Annotated[Path | None, typer.Option(help="Inventory sheet (CSV); without one the lab is started.")] = None,
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("var"),
    host: Annotated[str, typer.Option(help="Address the desk listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port the desk listens on.")] = 8600,
) -> None:
    """Start the whole platform on this machine; without sites, on the lab."""
    folder = DataFolder(data.resolve()).prepare()
    engine = prepare(folder)
    if sites is not None and not take(folder, sites, engine):
        raise typer.Exit(1)
    lab = sites is None and (is_lab(folder) or not has_sites(engine))
    if lab:
        prepare_lab(folder, engine, datetime.now(UTC), f"http://{host}:{port}")
    with engine.begin() as connection:
        write_scope(connection, folder, datetime.now(UTC))
    password = first_account(engine, lab=lab)
    engine.dispose()
    supervisor = Supervisor(folder.root / "log", time.monotonic, say)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _signal, _frame: supervisor.stop())
    supervisor.start(parts(folder, host, port, lab=lab))
    if not answers(host, port, supervisor.tend, STARTS_WITHIN):
        say(f"The desk does not answer on {host}:{port} yet; see {folder.root / 'log' / 'serve.log'}.")
    welcome(host, port, password, lab=lab)
    supervisor.watch()
    say("Stopped.")


def first_account(engine: Engine, *, lab: bool) -> str | None:
    """The first account's one-time password; None when there are accounts. A visitor of the lab may try every desk."""
    now = datetime.now(UTC)
    return create_first_account(engine, now, roles=VISITOR) if lab else create_first_account(engine, now)


def parts(folder: DataFolder, host: str, port: int, *, lab: bool) -> list[Part]:
    """The processes of an installation."""
    gongga = (sys.executable, "-m", "console")
    data = ("--data", str(folder.root))
    probe = folder.sensors / "probe"
    chosen = folder.sensors / "probe.toml"
    settings = ("--settings", str(chosen)) if chosen.is_file() else ()
    running = [
        Part("serve", (*gongga, "serve", *data, "--host", host, "--port", str(port))),
        Part("worker", (*gongga, "worker", *data)),
        Part("clerk", (*gongga, "clerk", *data)),
    ]
    if lab:
        running.append(Part("lab", (*gongga, "lab", "run", *data)))
        running.append(Part("province", (*gongga, *_pretend_province(folder, host, port))))
    running.append(
        Part(
            "probe",
            (
                *(*gongga, "probe", "run"),
                *("--scope", str(folder.scope), "--scope-key", str(folder.keys / "scope.pub")),
                *("--state", str(probe), "--spool", str(folder.inbox), "--orders", str(folder.orders)),
                *settings,
            ),
        )
    )
    return running


def _pretend_province(folder: DataFolder, host: str, port: int) -> tuple[str, ...]:
    """The province that the lab's desk reports to: its keys and the desk's are pinned both ways."""
    return (
        *("province", "simulate", "--port", str(PROVINCE_PORT), "--data", str(folder.root / "lab" / "province")),
        *("--desk", f"http://{host}:{port}", "--desk-data", str(folder.root)),
    )


def has_sites(engine: Engine) -> bool:
    """Whether the inventory names any site."""
    with engine.connect() as connection:
        return bool(connection.execute(select(func.count()).select_from(SITE)).scalar_one())


def is_lab(folder: DataFolder) -> bool:
    """Whether this data folder is the lab's."""
    return (folder.root / "lab").exists()


def answers(host: str, port: int, meanwhile: Callable[[], None], seconds: float) -> bool:
    """Whether the desk answers within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", "/login")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            meanwhile()
            time.sleep(0.2)
        finally:
            connection.close()
    return False


def welcome(host: str, port: int, password: str | None, *, lab: bool) -> None:
    """Tell the person at the terminal where to go and how to get in."""
    say(f"Gongga 贡嘎 is up: http://{host}:{port}/")
    if password:
        say(f"First log-in, shown once: name duty, password {password} — you choose your own at first use.")
    if lab:
        say("This is the lab: a pretend county on loopback. Its story runs now; the desk shows it within two minutes.")
    say("Ctrl-C stops everything.")


def say(text: str) -> None:
    """A line for the person at the terminal."""
    typer.echo(text, err=True)
