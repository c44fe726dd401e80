"""`gongga flow`: captures to events."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Turn captures into flow, http, dns and tls events.", no_args_is_help=True)


@app.callback()
def flow() -> None:
    """Turn captures into flow, http, dns and tls events."""


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Captures, pcap or pcapng, plain or gzip; - for standard input.")],
    format_: Annotated[str, typer.Option("--format", help="ndjson, parquet or arrow.")] = "ndjson",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File to write; ndjson goes to standard output without one.")
    ] = None,
    max_flows: Annotated[int, typer.Option(help="Flows held at once.")] = 1_000_000,
    vlan_in_key: Annotated[bool, typer.Option(help="Keep equal addresses of two VLANs apart.")] = False,
    decapsulate: Annotated[bool, typer.Option(help="Meter what is inside tunnels.")] = True,
) -> None:
    """Meter captures; the last line on standard error says what became of every packet."""
    from sensors.flow.capture import Capture
    from sensors.flow.output import FORMATS, OutputError
    from sensors.flow.settings import MeterSettings

    started = time.monotonic()
    if format_ not in FORMATS:
        typer.echo(f"--format {format_}: not known; give one of {', '.join(FORMATS)}", err=True)
        raise typer.Exit(2)
    try:
        settings = MeterSettings(max_flows=max_flows, vlan_in_key=vlan_in_key, decapsulate=decapsulate)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    capture = Capture(files, settings)
    try:
        FORMATS[format_](capture.batches(), out, sys.stdout.buffer)
        sys.stdout.flush()
    except OutputError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except OSError as error:
        typer.echo(f"{error.filename or out or 'standard output'}: cannot be written ({error.strerror})", err=True)
        raise typer.Exit(1) from error
    for fault in capture.report.faults:
        typer.echo(fault, err=True)
    seconds = round(time.monotonic() - started, 3)
    typer.echo(json.dumps({**capture.report.document(), "seconds": seconds}), err=True)
    raise typer.Exit(1 if capture.report.unusable == len(files) else 0)
