"""All records of a platform without what differs from one telling to the next: ids made by chance, times, repetitions.

Two tellings of one story have the same normal form, whatever was cut or killed on the way.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

# Traces of the way, not of what was decided: log-ins, the link's ups and downs, what an owner's page was opened for.
_WAY = ("account.", "login", "session", "link.", "message.refused", "reconciliation", "province.key", "exercise.")
_CHANCE = re.compile(
    r"\b(?:run-[0-9a-f]{20}|(?:no|rt|al|fi)-[0-9a-f]{12}|nf-[0-9a-f]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-"
    r"[0-9a-f]{12})\b"
)
_TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[0-9:.+Z]*|\d{10}\.\d+")


def normal_form(data: Path) -> dict[str, Any]:
    """Everything that the story left in the records, comparable."""
    connection = sqlite3.connect(f"file:{data / 'gongga.sqlite'}?mode=ro", uri=True, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        return {name: _plain(_rows(connection, statement)) for name, statement in _ASKED.items()} | {
            "audit": _audit(connection),
            "deliveries": _deliveries(connection),
        }
    finally:
        connection.close()


def difference(expected: dict[str, Any], found: dict[str, Any]) -> str:
    """What two normal forms do not share, a line each; empty when they are the same."""
    lines = []
    for name in expected | found:
        if expected.get(name) != found.get(name):
            wanted, here = Counter(_lines(expected.get(name))), Counter(_lines(found.get(name)))
            lines += [f"{name}: lost {line} (x{count})" for line, count in (wanted - here).items()]
            lines += [f"{name}: too much {line} (x{count})" for line, count in (here - wanted).items()]
    return "\n".join(lines)


# The probe's rounds are as many as time allows; what they found is the same.
_ASKED = {
    "incidents": "select id, site_id, class_code, level_confirmed, state from incident order by id",
    "members": "select distinct m.kind, a.rule_id from incident_member m join alert a on a.id = m.member_id "
    "order by 1, 2",
    "levels": "select incident_id, seq, action, level, before, by, reason from response_level order by 1, 2",
    "callouts": "select incident_id, episode, slot, place, person, state from callout order by episode, slot, place",
    "runs": "select name, incident_id, state, started_by, parent_step is not null as nested from run order by name",
    "steps": "select r.name, s.step, s.visit, s.type, s.state, s.done_by, s.note from step_run s "
    "join run r on r.id = s.run_id order by 1, 2, 3",
    "step moves": "select r.name, l.step, l.visit, l.state_from, l.state_to from step_log l "
    "join run r on r.id = l.run_id where l.state_to in ('done', 'failed', 'cancelled') order by 1, 2, 3, 4, 5",
    "approvals": "select s.step, a.login, a.approve from approval a join step_run s on s.id = a.step_run_id "
    "order by 1, 2",
    "reports": "select id, incident_id, kind, state, marking, drafted_by from report order by id",
    "releases": "select report_id, by from report_release order by report_id, by",
    "outbox": "select kind, state, for_exercise, count(*) as n from outbox "
    "where kind in ('event_report', 'instruction_step') group by 1, 2, 3 order by 1, 2, 3",
    "outbox order": "select kind, json_extract(body, '$.to') as to_state from outbox "
    "where kind in ('event_report', 'instruction_step') order by seq",
    "inbox": "select kind, state, count(*) as n from inbox where kind = 'instruction' group by 1, 2 order by 1, 2",
    "receipts": "select o.kind as about, r.direction, r.kind, r.result, count(*) as n from receipt r "
    "join outbox o on o.message_id = r.message_id where o.kind in ('event_report', 'instruction_step') "
    "group by 1, 2, 3, 4 order by 1, 2, 3, 4",
    "instructions": "select number, title, state, unit_id from instruction order by number",
    "instruction steps": "select i.number, s.state_from, s.state_to, s.by, s.text from instruction_step s "
    "join instruction i on i.id = s.instruction_id order by s.id",
    "notices": "select kind, state, number, series, year, seq, unit_id, drafted_by, reviewed_by, signed_by, issued_by "
    "from notice order by kind, number",
    "numbers": "select series, year, last from notice_number order by 1, 2",
    "recipients": "select n.kind, r.unit_id, r.signed_name from notice_recipient r join notice n on n.id = r.notice_id "
    "order by 1, 2",
    "noticed": "select n.kind, f.check_id, f.location, x.state from notice_finding x "
    "join notice n on n.id = x.notice_id join finding f on f.id = x.finding_id order by 1, 2, 3",
    "notice entries": "select n.kind, e.kind as entry, e.by, count(*) as n from notice_entry e "
    "join notice n on n.id = e.notice_id where e.kind not in ('opened', 'reminded') group by 1, 2, 3 order by 1, 2, 3",
    "findings": "select check_id, location, state from finding order by 1, 2",
    "finding moves": "select f.check_id, m.state_from, m.state_to, m.by from finding_move m "
    "join finding f on f.id = m.finding_id order by f.check_id, m.id",
    "retests": "select check_id, location, state, count(*) as n from retest group by 1, 2, 3 order by 1, 2, 3",
    "timeline": "select kind, by, count(*) as n from incident_entry "
    "where kind not in ('alert', 'clean', 'finding', 'grade') "
    "group by 1, 2 order by 1, 2",
}


def _rows(connection: sqlite3.Connection, statement: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(statement)]


def _audit(connection: sqlite3.Connection) -> dict[str, int]:
    """How often each act was recorded, by whom."""
    rows = connection.execute("select actor, action, count(*) as n from audit_entry group by 1, 2 order by 1, 2")
    return {f"{row['actor']} {row['action']}": row["n"] for row in rows if not row["action"].startswith(_WAY)}


def _deliveries(connection: sqlite3.Connection) -> list[str]:
    """Every message that somebody was to get, by its key, and that it was sent.

    A step that was done before its message went out needs none any more: which of the two was first is chance.
    """
    rows = connection.execute("select key, recipient, state from delivery").fetchall()
    return sorted(_without_chance(f"{row['key']} {row['recipient']} {_settled(row)}") for row in rows)


def _settled(row: sqlite3.Row) -> str:
    is_step = str(row["key"]).startswith("step:")
    return "settled" if is_step and row["state"] in ("sent", "void") else str(row["state"])


def _plain(rows: list[dict[str, Any]]) -> list[str]:
    return [_without_chance(json.dumps(row, ensure_ascii=False, sort_keys=True)) for row in rows]


def _without_chance(text: str) -> str:
    return _TIMES.sub("TIME", _CHANCE.sub("ID", text))


def _lines(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [f"{key}: {value}" for key, value in part.items()]
    return list(part or ())
