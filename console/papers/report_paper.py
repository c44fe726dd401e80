"""The report to the province as a paper: the items as they were released, under the headings of the measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from console.papers.paper import Attachment, Heading, Paper, Paragraph
from console.papers.wording import REPORT, fill, load_wording, raw_wording

KINDS: Final = ("first", "follow_up", "final")


@dataclass(frozen=True, slots=True)
class ReportValues:
    """All that a report's paper is made of. `items` are headings with what is said under each, in their order."""

    kind: str
    unit: str
    issuer: str
    items: tuple[tuple[str, str], ...]
    number: str = ""
    on: date | None = None
    # an upward paper names who signed it
    signer: str = ""
    contact: str = ""
    phone: str = ""
    urgency: str = ""
    secrecy: str = ""
    serial: str = ""
    cc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    exercise: str | None = None


def report_paper(values: ReportValues) -> Paper:
    """The paper of a report. ValueError for an unknown kind."""
    if values.kind not in KINDS:
        raise ValueError(f"there is no kind of report {values.kind!r}; one of {', '.join(KINDS)}")
    wording, data = load_wording(REPORT), raw_wording(REPORT)
    fields = {
        "unit": values.unit,
        "kind": data["kinds"][values.kind],
        "issuer": values.issuer,
        "contact": values.contact,
        "phone": values.phone,
    }
    blocks: list[Heading | Paragraph] = [Paragraph(fill(data["opening"][values.kind], fields))]
    for heading, said in values.items:
        blocks.append(Heading(1, heading))
        blocks += [Paragraph(line.strip()) for line in (said.strip() or data["unknown"][values.kind]).splitlines()]
    return Paper(
        kind=REPORT,
        title=fill(wording.title, fields),
        red_head=fill(wording.red_head, fields),
        number=values.number,
        serial=values.serial,
        secrecy=values.secrecy,
        urgency=values.urgency,
        signer_name=values.signer,
        to=(wording.to,),
        blocks=tuple(blocks),
        attachments=values.attachments,
        issuer=values.issuer,
        on=values.on,
        note=fill(wording.note, fields) if values.contact else "",
        cc=values.cc,
        printed_by=values.issuer,
        printed_on=values.on,
        exercise=values.exercise,
    )


def report_of(document: Mapping[str, Any]) -> Paper:
    """The paper of a report given as JSON values. ValueError for a field that is missing or unknown."""
    plain = dict(document)
    try:
        plain["items"] = tuple((str(item["heading"]), str(item["text"])) for item in plain["items"])
        plain["cc"] = tuple(map(str, plain.get("cc", ())))
        plain["on"] = date.fromisoformat(plain["on"]) if plain.get("on") else None
        values = ReportValues(**plain)
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no report: {error}") from error
    return report_paper(values)
