"""`gongga detect`: rules over event files, logs and captures; one alert a line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from analytics.sigma.correlate import CorrelationMatch, MemoryHits
from analytics.sigma.detect import CORRELATION, DETECTOR, SigmaDetector, correlation_claim, explain
from analytics.sigma.ruleset import Match, Ruleset, shipped
from console.commands.sources import Sources
from sensors.contract.batch import EventBatch, time_text


def detect(
    files: Annotated[list[Path], typer.Argument(help="ndjson, Parquet, Arrow, captures, access logs, Zeek's or EVE.")],
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", help="Folder of rules; repeatable. Without it, our own pack.")
    ] = None,
) -> None:
    """Run rules over event files; alerts as ndjson."""
    ruleset = Ruleset.load(rules or shipped())
    running = sum(entry.runs for entry in ruleset.entries)
    if not running:
        typer.echo("No rule runs; `gongga rules check` says why of each.", err=True)
        raise typer.Exit(1)
    detector = SigmaDetector(ruleset, MemoryHits())
    sources = Sources(files, lambda text: typer.echo(text, err=True))
    events = alerts = 0
    spent = 0.0
    for batch in sources.batches():
        started = time.perf_counter()
        matches = ruleset.match(batch)
        held = detector.correlate(batch, matches)
        spent += time.perf_counter() - started
        for line in lines(batch, matches, held):
            sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            alerts += 1
        events += len(batch)
    rate = f", {events / spent:,.0f} events/s in the rules" if spent else ""
    typer.echo(f"{events} events, {running} rules, {alerts} alerts{rate}.", err=True)
    if not events:
        raise typer.Exit(1)


def lines(batch: EventBatch, matches: list[Match], held: list[CorrelationMatch]) -> Iterator[Mapping[str, Any]]:
    """One alert for each event a rule matches, and one for each correlation that holds."""
    for match in matches:
        if match.rule.ours.get("alert") is False:
            continue
        part = batch.take(match.rows.tolist())
        times, ids = part.column("@timestamp"), part.column("event.id")
        for row, (at, event) in enumerate(zip(times, ids, strict=True)):
            why = explain(match.rule, part, row)
            yield {
                "@timestamp": time_text(at),
                "rule": {"id": match.rule.id, "name": match.rule.title, "level": match.rule.level},
                "event": {"id": event},
                "events": [event],
                "gongga": {"alert": {"detector": DETECTOR, "why": [one.text for one in why]}},
            }
    for one in held:
        claim = correlation_claim(one)
        yield {
            "@timestamp": time_text(claim.last_seen),
            "rule": {"id": claim.rule_id, "name": str(one.correlation.document.get("title", "")), "level": claim.level},
            "event": {"id": claim.event_ids[-1] if claim.event_ids else None},
            "events": list(claim.event_ids),
            "gongga": {
                "alert": {"detector": CORRELATION, "title": claim.title, "why": [why.text for why in claim.why]}
            },
        }
