"""The clerk's part in playbooks: carrying on the runs that are due."""

from __future__ import annotations

from console.clerk.work import Clerk
from console.office.http import Answer, ask
from console.response.calls import MOST_ANSWER, Call
from console.response.carrying import Means, carry_due
from console.response.mechanism import load_mechanism


def carry_runs(clerk: Clerk) -> None:
    """Carry on every run whose time has come."""
    means = Means(load_mechanism(clerk.data.root), clerk.office.response.http_allowed, send)
    carry_due(clerk.engine, clerk.reads, means, clerk.clock)


def send(call: Call) -> Answer:
    """Send one request of a playbook."""
    return ask(call.method, call.url, call.body, call.headers, most=MOST_ANSWER)
