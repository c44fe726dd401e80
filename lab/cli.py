"""`gongga lab`: the pretend county on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The pretend county on loopback.")


@app.command()
def run(data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("var")) -> None:
    """Stand the county up and tell its night, until stopped. `gongga up` without sites does this and all the rest."""
    import asyncio
    import errno
    import signal
    from datetime import UTC, datetime

    from analytics.data_folder import DataFolder
    from console.bootstrap import prepare
    from lab.prepare import prepare_lab
    from lab.run import Lab, LabError

    folder = DataFolder(data.resolve()).prepare()
    engine = prepare(folder)
    prepare_lab(folder, engine, datetime.now(UTC))

    async def stand() -> None:
        stop = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        await Lab(folder, engine, lambda: datetime.now(UTC), lambda text: typer.echo(text, err=True)).run(stop)

    try:
        asyncio.run(stand())
    except LabError as error:
        typer.echo(f"lab: {error}", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        typer.echo(f"lab: {error.strerror}; another lab runs on this machine, stop it first", err=True)
        raise typer.Exit(1) from error


@app.command()
def sites() -> None:
    """List the pretend sites, and what is wrong with each."""
    from lab.site import load_sites

    for site in load_sites():
        typer.echo(f"{site.id}  {site.url:36}{site.address:14}{', '.join(sorted(site.traits)) or '-'}")


@app.command()
def truth() -> None:
    """The ground truth as JSON: every finding there must be; what was mended in the running lab is not."""
    from lab.farm import without
    from lab.site import load_sites
    from lab.truth import findings

    try:
        mended = json.loads(_ask("GET", "/")[1]).get("mended", {})
    except OSError:
        mended = {}
    rows = sorted(findings(without(load_sites(), mended)))
    typer.echo(json.dumps([{"site": site, "check": check, "location": where} for site, check, where in rows], indent=1))


@app.command()
def switch(
    site: Annotated[str, typer.Argument(help="Site, such as kd-003.")],
    state: Annotated[str, typer.Argument(help="normal, defaced or down.")],
) -> None:
    """Put a site of the running lab into a state: deface it, take it down, restore it."""
    _order("PUT", f"/sites/{site}", state)


@app.command()
def mend(
    site: Annotated[str, typer.Argument(help="Site, such as ld-005.")],
    weakness: Annotated[str, typer.Argument(help="What is wrong with it, as `gongga lab sites` lists it.")],
) -> None:
    """Mend a planted weakness of the running lab, as its owner would; the truth follows."""
    _order("DELETE", f"/sites/{site}/traits/{weakness}", "")


def _order(method: str, path: str, body: str) -> None:
    """Tell the running lab to do something; the exit status says whether it did."""
    from lab.site import CONTROL

    try:
        status, said = _ask(method, path, body)
    except OSError as error:
        typer.echo(
            f"The lab does not answer on {CONTROL[0]}:{CONTROL[1]} ({error}); start it by `gongga up`.", err=True
        )
        raise typer.Exit(1) from error
    if status != 204:
        typer.echo(said, err=True)
        raise typer.Exit(2)


def _ask(method: str, path: str, body: str = "") -> tuple[int, str]:
    """What the running lab says; OSError when none runs."""
    import http.client

    from lab.site import CONTROL

    connection = http.client.HTTPConnection(*CONTROL, timeout=5)
    try:
        connection.request(method, path, body=body.encode())
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


@app.command()
def capture(
    path: Annotated[Path, typer.Argument(help="Capture to write; its access log is written beside it.")],
) -> None:
    """Write the night's traffic as a capture and as an access log."""
    from datetime import UTC, datetime

    from lab.night import write_night

    packets, requests = write_night(path, datetime.now(UTC))
    typer.echo(f"{packets} packets, {requests} requests", err=True)


@app.command(hidden=True)
def night(
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")],
    end: Annotated[str, typer.Option("--end", help="When the hour of the story ends.")],
) -> None:
    """Forge the night's traffic and read it as the flow sensor; `gongga lab run` starts this."""
    from analytics.data_folder import DataFolder
    from lab.night import read_night, write_night
    from sensors.contract.batch import time_of

    folder = DataFolder(data).root / "lab"
    folder.mkdir(parents=True, exist_ok=True)
    write_night(folder / "night.pcap", time_of(end))
    typer.echo(f"{read_night(folder / 'night.pcap', folder / 'night')} events in the night's traffic", err=True)
