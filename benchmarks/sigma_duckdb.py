"""Sigma rules as SQL by pySigma's DuckDB backend, run over the same events: the peer of our compiler."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import yaml
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError
from sigma_backend_duckdb import DuckDBBackend

from analytics.sigma.ruleset import RuleEntry, Ruleset
from analytics.sigma.sources import source_of
from sensors.contract.batch import EventBatch

# The backend leaves field names as rules write them; a view gives our columns those names.
NAMES = {
    "cs-method": "http.request.method",
    "cs-uri": "url.original",
    "c-uri": "url.original",
    "cs-uri-query": "url.original",
    "c-uri-query": "url.original",
    "cs-uri-stem": "url.path",
    "cs-user-agent": "user_agent.original",
    "c-useragent": "user_agent.original",
    "cs-referer": "http.request.referrer",
    "cs-referrer": "http.request.referrer",
    "cs-host": "url.domain",
    "cs-username": "user.name",
    "sc-status": "http.response.status_code",
    "sc-bytes": "http.response.body.bytes",
    "c-ip": "source.ip",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds of both for the same rules over the same events, and the rows each rule found."""

    rules: int
    ours: float
    peer: float
    same: int
    differing: tuple[str, ...]
    failed: int


def compare(ruleset: Ruleset, batch: EventBatch) -> Outcome:
    """Both over the same rules: those that run here for this dataset and that the backend turns into SQL it can run."""
    entries = [rule for rule in ruleset.entries if rule.runs and rule.kind == "rule" and _serves(rule, batch.dataset)]
    started = time.perf_counter()
    matches = {match.rule.id: set(match.rows.tolist()) for match in ruleset.match(batch)}
    ours = time.perf_counter() - started
    connection = duckdb.connect()
    connection.execute("set threads to 1")
    connection.register("given", _renamed(batch))
    connection.execute("create table events as select * from given")
    peer, failed, same, differing, compared = 0.0, 0, 0, [], 0
    for entry, query in _queries(entries):
        started = time.perf_counter()
        try:
            rows = {int(row[0]) for row in connection.execute(query).fetchall()}
        except duckdb.Error:
            failed += 1
            continue
        peer += time.perf_counter() - started
        compared += 1
        mine = matches.get(entry.id, set())
        if rows == mine:
            same += 1
        else:
            differing.append(f"{entry.title}: ours {len(mine)}, theirs {len(rows)}, only ours {len(mine - rows)}")
    return Outcome(compared, ours, peer, same, tuple(differing), failed)


def _serves(entry: RuleEntry, dataset: str) -> bool:
    """Whether a rule looks at this dataset whichever way its traffic goes."""
    given = entry.document.get("logsource") or {}
    source = source_of(given.get("category"), given.get("product"), given.get("service"))
    return source is not None and dataset in source.datasets and source.direction is None


def _queries(entries: Sequence[RuleEntry]) -> list[tuple[RuleEntry, str]]:
    found = []
    backend = DuckDBBackend()
    for entry in entries:
        document = {key: value for key, value in entry.document.items() if key != "gongga"}
        try:
            rule = SigmaCollection.from_yaml(yaml.safe_dump(document, allow_unicode=True))
            [query] = backend.convert(rule)
        except (SigmaError, ValueError, NotImplementedError):
            continue
        found.append((entry, f"select row from ({_from_events(str(query))})"))
    return found


def _from_events(query: str) -> str:
    """The backend's query over the table that is there."""
    head, _, condition = query.partition(" WHERE ")
    del head
    return f"SELECT * FROM events WHERE {condition}"


def _renamed(batch: EventBatch) -> pa.Table:
    columns = {name: batch.table.column(ours) for name, ours in NAMES.items()}
    return pa.table({**columns, "row": pa.array(range(len(batch)))})
