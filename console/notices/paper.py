"""A notice's row as a paper: the words a draft begins with, and the document that is signed and sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from console.notices.kinds import SHANGHAI, load_rules
from console.notices.monthly_charts import marks_of
from console.office.settings import Office
from console.papers.notice_paper import NoticeValues, Weakness, draft_text, draft_title, moment, notice_paper
from console.papers.paper import Attachment, Paper, Paragraph
from sensors.contract.batch import time_of

# Where a draft's text will say when a term ends: the moment is known only when the notice is issued.
PLACES: Final[Mapping[str, str]] = {
    "sign_by": "【签收时限】",
    "rectify_by": "【整改时限】",
    "feedback_by": "【反馈时限】",
    "contact": "【联系人】",
    "phone": "【联系电话】",
}
_WORDS_OF: Final = {"event": "critical"}


def draft_words(
    kind: str,
    unit: str,
    snapshots: Sequence[Mapping[str, Any]],
    severity: str,
    incident: str = "",
    earlier: str = "",
    superior: str = "",
) -> tuple[str, str]:
    """The title and the text that a draft begins with; terms and contact stand as places to be filled at issue.

    `earlier` names what was sent before, `superior` whom a letter of supervision goes to.
    """
    rules = load_rules()
    values = NoticeValues(
        kind=kind,
        unit=unit,
        issuer="我办",
        weaknesses=tuple(map(weakness, snapshots)),
        impact="".join(filter(None, (f"发生“{incident}”。" if incident else "", rules.impacts.get(severity, "")))),
        earlier=earlier,
        superior=superior,
        more=tuple(PLACES.items()),
    )
    return draft_title(values), draft_text(values)


def paper_of(
    row: Row[Any], findings: Sequence[Row[Any]], office: Office, times: Mapping[str, datetime], exercise: str | None
) -> Paper:
    """The paper of a notice. `times` fill its places: those given at issue, or what they would be now for a draft."""
    kind = load_rules().kind(row.kind)
    shown = [finding.snapshot for finding in findings]
    return notice_paper(
        NoticeValues(
            kind=row.kind,
            unit=row.unit_name or "",
            issuer=office.name,
            weaknesses=tuple(map(weakness, shown)),
            number=row.number or "",
            on=row.issued_at.astimezone(SHANGHAI).date() if row.issued_at else None,
            contact=office.contact,
            phone=office.phone,
            secrecy=row.secrecy if row.secrecy != "公开" else "",
            urgency=row.urgency if row.urgency != "平急" else "",
            cc=tuple(row.cc),
            attachments=() if kind.circular else _evidence(shown),
            exercise=exercise,
        ),
        title=row.title,
        text=filled(row.text, times, office),
        marks=marks_of(row.data) if row.month else None,
    )


def filled(text: str, times: Mapping[str, datetime], office: Office) -> str:
    """The text with its places filled."""
    values = {name: moment(times.get(name)) for name in PLACES} | {
        "contact": office.contact,
        "phone": office.phone or "见办公电话",
    }
    for name, place in PLACES.items():
        text = text.replace(place, values[name])
    return text


def weakness(snapshot: Mapping[str, Any]) -> Weakness:
    """A finding's snapshot as a document tells it."""
    return Weakness(
        title=str(snapshot["title"]),
        severity=_WORDS_OF.get(str(snapshot["severity"]), str(snapshot["severity"])),
        site=str(snapshot["site_name"]),
        location=str(snapshot["location"]),
        found_at=time_of(str(snapshot["first_seen"])),
        advice=str(snapshot["advice"]),
    )


def _evidence(snapshots: Sequence[Mapping[str, Any]]) -> tuple[Attachment, ...]:
    """Proof, already masked by the probe: it goes only to the unit that the notice is for."""
    told = [
        Paragraph(f"{one['title']}（{one['site_name']} {one['location']}）：{one['evidence']}")
        for one in snapshots
        if one["evidence"]
    ]
    return (Attachment("隐患证据（已脱敏，仅限本单位整改使用）", tuple(told)),) if told else ()
