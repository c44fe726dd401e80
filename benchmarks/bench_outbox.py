"""Draining the outbox to a receiver that stores, checks and signs each message, beside the floor of signing alone."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from console.bootstrap import now
from console.province.envelope import canonical, document
from console.province.inbox import receive
from console.province.outbox import enqueue
from console.province.sending import Sender, drain
from console.province.signing import SignatureProvider
from console.province.transports import Https
from tests.console.province.linkside import OURS, SM2, Line, Side, envelope, two_sides
from tests.console.province.simulator.serving import free_port, served

MESSAGES = 1500
OVER_HTTP = 500
LEAST = 50
BODY = {"report_no": "RP-2026-0001", "items": [{"key": "event", "text": "首页被篡改，已下线处置。" * 40}]}


def queued(side: Side, messages: int) -> None:
    """Queue so many reports."""
    with side.engine.begin() as connection:
        for number in range(messages):
            enqueue(connection, "event_report", {**BODY, "number": number}, at=now(), ref="bench")


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def signing(key: SignatureProvider) -> float:
    """Messages a second when they are only put into canonical form and signed."""
    content = document(envelope(body=BODY))
    return MESSAGES / seconds(lambda: [key.sign(canonical(content)) for _ in range(MESSAGES)])


def over_http(ours: Side, theirs: Side) -> float:
    """Messages a second over real HTTP on loopback."""
    app = FastAPI()

    @app.post("/link/messages")
    async def take(request: Request) -> Response:
        content = await request.body()
        reply = await run_in_threadpool(receive, theirs.engine, theirs.party, content, now(), "https", "bench")
        return Response(reply.text, reply.status)

    queued(ours, OVER_HTTP)
    with served(app, free_port()) as address:
        taken = seconds(lambda: emptied(ours, Https(address)))
    return OVER_HTTP / taken


def emptied(ours: Side, transport: Line | Https) -> None:
    """Send everything that waits."""
    while drain(ours.engine, ours.party, transport, Sender("bench", now, lambda: 1.0)):
        pass


def main() -> int:
    """Print messages a second of signing and of draining, and the ratio; 1 when it drains too slowly."""
    floor, sm2 = signing(OURS), signing(SM2)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = two_sides(Path(folder))
        theirs.clock.now = datetime.now(UTC)
        queued(ours, MESSAGES)
        drained = MESSAGES / seconds(lambda: emptied(ours, Line(theirs)))
        carried = over_http(ours, theirs)
        stored = len(theirs.arrived())
        ours.engine.dispose()
        theirs.engine.dispose()
    print(f"floor, canonical form and signature alone: {floor:,.0f}/s by Ed25519, {sm2:,.0f}/s by SM2")
    print(f"  drained, in one process     {drained:>8,.0f} messages/s   ratio {drained / floor:.3f}")
    print(f"  drained, over HTTP          {carried:>8,.0f} messages/s   ratio {carried / floor:.3f}")
    if stored != MESSAGES + OVER_HTTP:
        print(f"{stored} of {MESSAGES + OVER_HTTP} messages arrived")
        return 1
    print(f"ratio, draining to signing: {drained / floor:.3f}; at least {LEAST} messages/s are asked for")
    return 0 if min(drained, carried) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
