"""A notice as a file that is saved, never shown inside our own pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import HTTPException
from fastapi.responses import Response
from sqlalchemy import Connection, Row, select

from console.exercise.tables import EXERCISE
from console.notices.issuing import provisional
from console.notices.paper import paper_of
from console.notices.queries import Dossier
from console.papers.docx import docx_of
from console.papers.office_templates import own_template
from console.papers.paper import Paper
from console.papers.pdf import PdfError, pdf_of
from console.web.desk import Desk

_TYPES: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def printed(connection: Connection, told: Dossier, here: Desk) -> Paper:
    """The paper of a notice as it would be printed now."""
    name = select(EXERCISE.c.name).where(EXERCISE.c.id == told.row.exercise_id)
    exercise: str | None = connection.execute(name).scalar()
    times = provisional(told.row, here.clock(), here.data.root)
    return paper_of(told.row, told.findings, here.office.office, times, exercise)


def download(paper: Paper, row: Row[Any], form: str, data: Path) -> Response:
    """The paper as docx, in the office's own template where it has one, or as PDF; to be saved."""
    return Response(
        _rendered(paper, form, data), media_type=_TYPES[form], headers=disposition(f"{row.number or row.id}.{form}")
    )


def disposition(name: str) -> dict[str, str]:
    """The header that makes a browser save a file under this name (RFC 6266, RFC 8187)."""
    plain = "".join(letter if (letter.isascii() and letter.isalnum()) or letter in "-_." else "_" for letter in name)
    return {"content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}


def _rendered(paper: Paper, form: str, data: Path) -> bytes:
    try:
        return docx_of(paper, own_template(data, paper.kind)) if form == "docx" else pdf_of(paper)
    except PdfError as error:
        raise HTTPException(501, f"{error} The docx is the master and needs nothing more.") from error
