"""A notice as JSON values, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from console.notices.queries import Dossier


def document(told: Dossier) -> dict[str, Any]:
    """A notice as JSON values."""
    row = told.row
    keys = ("id", "kind", "state", "pressure", "extension_state", "extension", "number", "title", "unit_id", "county")
    more = (
        "site_id",
        "incident_id",
        "about_id",
        "month",
        "secrecy",
        "urgency",
        "severity",
        "text",
        "advice",
        "cc",
        "terms",
    )
    who = ("drafted_by", "reviewed_by", "signed_by", "issued_by", "closed_reason", "exercise_id", "version")
    times = ("drafted_at", "reviewed_at", "signed_at", "issued_at", "received_at", "feedback_at", "closed_at")
    dues = ("sign_by", "contain_by", "rectify_by", "feedback_by", "retest_by")
    return {
        **{key: getattr(row, key) for key in (*keys, *more, *who)},
        **{key: _text(getattr(row, key)) for key in (*times, *dues)},
        "findings": [_finding(one) for one in told.findings],
        "recipients": [_recipient(one) for one in told.recipients],
        "files": [{"id": one.id, "name": one.name, "size": one.size, "sha256": one.sha256} for one in told.files],
        "retests": [
            {"id": one.id, "finding": one.finding_id, "state": one.state, "answer": one.answer, "reason": one.reason}
            for one in told.retests
        ],
        "timeline": [
            {"at": _text(one.at), "kind": one.kind, "unit": one.unit_id, "text": one.text, "by": one.by}
            for one in told.entries
        ],
    }


def _finding(one: Row[Any]) -> dict[str, Any]:
    told = ("title", "severity", "check", "location", "site", "evidence")
    life = {"id": one.finding_id, "state": one.state, "waiver_asked": one.waiver_at is not None}
    return life | {key: one.snapshot[key] for key in told}


def _recipient(one: Row[Any]) -> dict[str, Any]:
    times = ("sent_at", "opened_at", "signed_at", "reminded_at")
    who = {"unit": one.unit_id, "signed_name": one.signed_name, "reminders": one.reminders}
    return who | {key: _text(getattr(one, key)) for key in times}


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
