"""`gongga notice`: documents from the command line."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from analytics.data_folder import DataFolder
    from console.papers.paper import Paper

app = typer.Typer(
    help="Documents: render one, draft a month's bulletin, look a template over.",
    no_args_is_help=True,
    add_completion=False,
)

Data = Annotated[Path, typer.Option("--data", help="Data folder of the installation.")]


class Format(StrEnum):
    """What a document is written as."""

    docx = "docx"
    pdf = "pdf"


@app.command()
def render(
    what: Annotated[str, typer.Argument(help="A notice's id, or a JSON file with a document's values.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    format: Annotated[Format, typer.Option(help="docx is the master; pdf is for preview.")] = Format.docx,
    data: Data = Path("var"),
) -> None:
    """Write a notice, or the document of a JSON file, as docx or PDF."""
    from console.papers.docx import DocxError, docx_of
    from console.papers.office_templates import own_template
    from console.papers.pdf import PdfError, pdf_of

    try:
        paper = _from_file(Path(what)) if what.endswith(".json") else _from_records(_folder(data), what)
        content = pdf_of(paper) if format is Format.pdf else docx_of(paper, own_template(data, paper.kind))
        out.write_bytes(content)
    except (ValueError, PdfError, DocxError, OSError) as error:
        _refuse(error)
    typer.echo(f"{out}: {len(content):,} bytes", err=True)


@app.command()
def monthly(
    month: Annotated[str | None, typer.Option(help="The month, like 2026-11; last month when left out.")] = None,
    data: Data = Path("var"),
) -> None:
    """Draft a month's bulletin, or find the draft there is; prints its id."""
    from console.bootstrap import now, prepare
    from console.calendar.working_time import load_calendar
    from console.notices.monthly import monthly_draft
    from console.notices.months import month_at, month_of
    from console.office.settings import load_office

    folder, at = _folder(data), now()
    try:
        wanted = month_of(month) if month else month_at(at).plus(-1)
        engine = prepare(folder)
        with engine.begin() as connection:
            office = load_office(folder.root).office
            notice = monthly_draft(connection, wanted, office, at, calendar=load_calendar(folder.root))
        engine.dispose()
    except ValueError as error:
        _refuse(error)
    typer.echo(notice)
    typer.echo(f"{wanted.name}: draft {notice}; read it on the desk under /notices/{notice}", err=True)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="A docx template.")],
    kind: Annotated[str, typer.Option(help="The kind of document it is for.")] = "hazard",
) -> None:
    """Look a docx template over; says what is wrong with it, and changes nothing."""
    from console.papers.checking import TemplateRefused, checked
    from console.papers.document import sample
    from console.papers.wording import KINDS

    if kind not in KINDS:
        _refuse(ValueError(f"there is no kind {kind!r}; one of {', '.join(KINDS)}"))
    try:
        checked(file.read_bytes(), sample(kind))
    except (TemplateRefused, OSError) as error:
        _refuse(error, 1)
    typer.echo(f"{file}: sound", err=True)


def _from_file(path: Path) -> Paper:
    from console.papers.document import paper_from

    try:
        document: Any = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise ValueError(f"{path} holds no document: an object with kind, unit and issuer is one")
    return paper_from(document)


def _from_records(folder: DataFolder, notice_id: str) -> Paper:
    from sqlalchemy import select

    from analytics.lifecycle import Unknown
    from console.bootstrap import now, prepare
    from console.calendar.working_time import load_calendar
    from console.exercise.tables import EXERCISE
    from console.notices.paper import paper_of
    from console.notices.records import findings_of, get
    from console.notices.terms import moments
    from console.office.settings import load_office

    engine = prepare(folder)
    try:
        with engine.connect() as connection:
            row = get(connection, notice_id)
            exercise = connection.execute(select(EXERCISE.c.name).where(EXERCISE.c.id == row.exercise_id)).scalar()
            # A draft's terms end when they would if it were issued now.
            times = moments(row.terms, row.issued_at or now(), load_calendar(folder.root))
            times |= {name: at for name in times if (at := row._mapping.get(name)) is not None}
            return paper_of(row, findings_of(connection, notice_id), load_office(folder.root).office, times, exercise)
    except Unknown as error:
        raise ValueError(f"there is no {error}; a JSON file's name ends in .json") from error
    finally:
        engine.dispose()


def _folder(data: Path) -> DataFolder:
    from analytics.data_folder import DataFolder

    folder = DataFolder(data.resolve())
    if not folder.database.exists():
        _refuse(ValueError(f"{data}: no installation there; make one with: gongga up --data {data}"))
    return folder.prepare()


def _refuse(error: Exception, status: int = 2) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(status) from error
