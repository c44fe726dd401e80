"""Planting records of the second half's features in each place, for the matrix of roles and scopes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from analytics.db import RETEST
from analytics.intel.records import indicator_id
from console.accounts.viewer import Viewer
from console.intelligence.exchange import accept
from console.intelligence.tables import INTEL_SHARE
from console.notices.drafting import draft_for_findings
from console.notices.retesting import order_retest
from console.notices.tables import NOTICE, NOTICE_ENTRY, NOTICE_FILE, NOTICE_LINK, NOTICE_RECIPIENT
from console.notices.uploads import path_of
from console.province.outbox import enqueue
from console.province.reporting import draft_report
from console.province.tables import INSTRUCTION
from console.response.level_tables import CALLOUT
from console.response.levels import Change, decide
from console.response.tables import APPROVAL, PLAYBOOK, RUN, STEP_RUN
from console.web.changes import announce
from tests.console.deskdata import alert
from tests.console.matrix_places import Place, World
from tests.factories import NOON, at
from tests.intel_values import bundle, indicator, stix_id

PLAYBOOK_ID: Final = "playbook--11111111-1111-4111-8111-111111111111"
STEP: Final = "action--22222222-2222-4222-8222-222222222222"
PLANTER: Final = Viewer("ac-planter", "planter", "布置", frozenset({"lead", "commander"}), None, None, "zh", "")


def _notices(world: World, place: Place) -> dict[str, str]:
    with world.table.desk.engine.begin() as connection:
        notice = draft_for_findings(connection, "hazard", [world.of("finding", place)], "planter", NOON)
        # Out at the unit: what the unit and the county may see of it.
        connection.execute(
            update(NOTICE)
            .where(NOTICE.c.id == notice)
            .values(state="issued", issued_at=NOON, number=f"{place.mark}1号")
        )
        connection.execute(update(NOTICE_RECIPIENT).where(NOTICE_RECIPIENT.c.notice_id == notice).values(sent_at=NOON))
        told = {"notice_id": notice, "at": NOON, "text_en": place.mark, "by": "planter", "data": {}, "open": True}
        connection.execute(
            insert(NOTICE_ENTRY).values(**told, kind="asked", text=f"{place.mark}请示", unit_id=place.unit)
        )
        file_id = f"nf-{place.name}-proof"
        kept = path_of(sha256(place.name.encode()).hexdigest(), world.table.desk.data.files)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(place.name.encode())
        proof: dict[str, Any] = {"id": file_id, "notice_id": notice, "unit_id": place.unit, "at": NOON, "by": "unit"}
        proof |= {"name": f"{place.mark}.txt", "media_type": "text/plain", "size": 3}
        digests = {"sha256": sha256(place.name.encode()).hexdigest(), "sm3": "0" * 64}
        connection.execute(insert(NOTICE_FILE).values(**proof, **digests))
        token = f"token-of-{place.name}-{'x' * 20}"
        link = {"token_hash": sha256(token.encode()).hexdigest(), "notice_id": notice, "unit_id": place.unit}
        used = {"uses": 0, "window_uses": 0, "made_at": NOON, "made_by": "planter", "expires_at": at(86400)}
        connection.execute(insert(NOTICE_LINK).values(**link, **used))
        retest = order_retest(connection, world.of("finding", place), "planter", NOON, f"notice {notice}")
        assert connection.execute(select(RETEST.c.id).where(RETEST.c.id == retest)).scalar()
    return {"notice": notice, "notice_file": file_id, "token": token, "retest": retest}


def _province(world: World, place: Place) -> dict[str, str]:
    incident = world.of("incident", place)
    with world.table.desk.engine.begin() as connection:
        report = draft_report(connection, incident, "first", "planter", NOON)
        message = enqueue(connection, "event_report", {"text": place.mark}, at=NOON, ref=f"report {report}")
        instruction = f"in-{place.name}-0001"
        row: dict[str, Any] = {
            "id": instruction,
            "message_id": f"00000000-0000-7000-8000-00000000{place.number}",
            "peer": "sc-510000",
            "number": f"{place.mark}督1号",
            "kind": "handle",
            "urgency": "normal",
            "title": f"{place.mark}指令",
            "content": place.mark,
            "targets": [],
            "received_at": NOON,
            "due_sign": at(3600),
            "due_feedback": at(7200),
            "state": "received",
            "incident_id": incident,
            "unit_id": place.unit,
            "county": place.county,
            "marking": "内部",
            "version": 1,
        }
        connection.execute(insert(INSTRUCTION).values(row))
        announce(connection, "province", report, NOON, place.site)
    return {"report": report, "message": message, "instruction": instruction}


def _runs(world: World, place: Place) -> dict[str, str]:
    here: dict[str, Any] = {"county": place.county, "unit_id": place.unit, "site_id": place.site}
    run = f"run-{place.name}-0001"
    with world.table.desk.engine.begin() as connection:
        _playbook(connection)
        connection.execute(
            insert(RUN).values(
                id=run,
                playbook_id=PLAYBOOK_ID,
                playbook_version=1,
                name=f"{place.mark}预案",
                name_en=f"{place.mark} playbook",
                incident_id=world.of("incident", place),
                state="running",
                variables={},
                started_by="planter",
                started_at=NOON,
                version=1,
                **here,
            )
        )
        counted = {"visit": 1, "command": 0, "branches": 0, "failed_branches": 0, "rounds": 0, "attempts": 0}
        waits: dict[str, Any] = {"type": "action", "state": "waiting", "role": "analyst", "values": {}}
        step = insert(STEP_RUN).values(run_id=run, step=STEP, started_at=NOON, **counted, **waits)
        step_id = connection.execute(step.returning(STEP_RUN.c.id)).scalar_one()
        voice: dict[str, Any] = {"account_id": "ac-planter", "login": "planter", "role": "lead", "approve": True}
        connection.execute(insert(APPROVAL).values(step_run_id=step_id, reason=place.mark, at=NOON, **voice))
        announce(connection, "run", run, NOON, place.site)
    return {"run": run, "step": str(step_id)}


def _playbook(connection: Connection) -> None:
    known = connection.execute(select(PLAYBOOK.c.id).where(PLAYBOOK.c.id == PLAYBOOK_ID)).scalar()
    if known is None:
        document = {
            "type": "playbook",
            "spec_version": "cacao-2.0",
            "id": PLAYBOOK_ID,
            "name": "核对",
            "workflow_start": "start--33333333-3333-4333-8333-333333333333",
            "workflow": {
                "start--33333333-3333-4333-8333-333333333333": {"type": "start", "on_completion": STEP},
                STEP: {
                    "type": "action",
                    "name": "核对",
                    "commands": [{"type": "manual", "command": "核对"}],
                    "on_completion": "end--44444444-4444-4444-8444-444444444444",
                },
                "end--44444444-4444-4444-8444-444444444444": {"type": "end"},
            },
        }
        row: dict[str, Any] = {"id": PLAYBOOK_ID, "version": 1, "name": "核对", "name_en": "check", "modified": "now"}
        kept = {"sha256": "0" * 64, "source": "imported", "document": document, "faults": []}
        connection.execute(insert(PLAYBOOK).values(**row, **kept, added_by="planter", added_at=NOON))


def _levels(world: World, place: Place) -> dict[str, str]:
    incident = world.of("incident", place)
    decide(world.table.desk, PLANTER, incident, Change("start", 3, f"{place.mark}启动", None))
    with world.table.desk.reads.begin() as connection:
        called = select(CALLOUT.c.id).where(CALLOUT.c.incident_id == incident).order_by(CALLOUT.c.id)
        callout = connection.execute(called.limit(1)).scalar_one()
    return {"callout": str(callout)}


def _intelligence(world: World, place: Place) -> dict[str, str]:
    """One indicator for everybody, met in each place, and a share about each place."""
    engine = world.table.desk.engine
    with engine.begin() as connection:
        accept(connection, bundle(indicator(1)), "省平台", "内部", NOON)
        named = world.everywhere["indicator"] = indicator_id(stix_id(1))
        share = f"sh-{place.name}-0001"
        about: dict[str, Any] = {"county": place.county, "unit_id": place.unit, "reason": f"{place.mark}共享"}
        said = {"filter": {}, "bundle": bundle(), "left_out": [], "proposed_by": "planter", "proposed_at": NOON}
        row = {"id": share, "target": "province", "state": "proposed", "marking": "内部", "version": 1}
        connection.execute(insert(INTEL_SHARE).values(**row, **about, **said))
    here: dict[str, Any] = {"site_id": place.site, "unit_id": place.unit, "county": place.county}
    words = {"title": f"{place.mark}命中", "title_en": f"{place.mark} met"}
    number = place.number + 50
    met = alert(engine, number, key=f"watch|{place.site}", detector="watchlist", rule_id=named, **here, **words)
    return {"share": share, "met": met}


# One function a feature: what it plants for a place, as kind of object → id.
PLANTERS: Final[tuple[Callable[[World, Place], Mapping[str, str]], ...]] = (
    _notices,
    _province,
    _runs,
    _levels,
    _intelligence,
)
