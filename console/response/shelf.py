"""The playbooks an office has: those that come with Gongga and those it imported, each in all its versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.exc import IntegrityError

from console.response.cacao.document import Playbook
from console.response.cacao.extension import book_terms
from console.response.cacao.fault import Fault, document, errors, from_document, sentence
from console.response.cacao.lint import lint
from console.response.cacao.reading import Reading, read, read_document
from console.response.tables import PLAYBOOK

FOLDER: Final = "cacao"
MOST_READ: Final = 100
# Playbooks that were read already, by id and digest.
_READ: Final[dict[tuple[str, str], Playbook]] = {}


class BadPlaybook(ValueError):
    """A document that cannot be used; the sentence names the first fault, `faults` all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        self.words = sentence(self.faults)
        super().__init__(f"{self.words.zh} / {self.words.en}")


@dataclass(frozen=True, slots=True)
class Book:
    """One version of a playbook. `alias` is the file name of one that comes with Gongga; version 0 is not kept yet."""

    playbook: Playbook
    faults: tuple[Fault, ...]
    sha256: str
    source: str
    version: int = 0
    alias: str = ""
    added_by: str = ""
    added_at: datetime | None = None

    @property
    def id(self) -> str:
        return self.playbook.id

    @property
    def name(self) -> str:
        return self.playbook.name

    @property
    def name_en(self) -> str:
        return book_terms(self.playbook).name_en or self.playbook.name

    @property
    def classes(self) -> tuple[str, ...]:
        """The incident classes it is for."""
        return book_terms(self.playbook).classes

    @property
    def is_revoked(self) -> bool:
        return self.playbook.content.get("revoked") is True


def checked(content: bytes) -> Book:
    """Read and lint a document. BadPlaybook when it has an error."""
    return _checked(read(content), "imported")


def _checked(reading: Reading, source: str, alias: str = "") -> Book:
    faults = [*reading.faults, *(lint(reading.playbook) if reading.playbook else ())]
    if reading.playbook is None or errors(faults):
        raise BadPlaybook(faults)
    return Book(reading.playbook, tuple(faults), digest(reading.playbook.content), source, alias=alias)


def digest(content: Mapping[str, Any]) -> str:
    """What two documents of the same meaning share."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Book]:
    """The playbooks that come with Gongga, by file name."""
    folder = files("playbooks") / FOLDER
    found = sorted((one.name.removesuffix(".json"), one) for one in folder.iterdir() if one.name.endswith(".json"))
    return {alias: _checked(read(one.read_bytes()), "shipped", alias) for alias, one in found}


def books(connection: Connection) -> list[Book]:
    """The newest version of every playbook, those that come with Gongga first."""
    newest = select(PLAYBOOK.c.id, func.max(PLAYBOOK.c.version).label("version")).group_by(PLAYBOOK.c.id).subquery()
    rows = connection.execute(
        select(PLAYBOOK)
        .join(newest, (newest.c.id == PLAYBOOK.c.id) & (newest.c.version == PLAYBOOK.c.version))
        .order_by(PLAYBOOK.c.added_at)
    ).all()
    kept = {row.id: _of_row(row) for row in rows}
    own = {book.id: _newer(connection, book, kept.get(book.id)) for book in shipped().values()}
    return [*own.values(), *(book for book in kept.values() if book.id not in own)]


def find(connection: Connection, name: str, modified: str = "") -> Book | None:
    """The newest version of a playbook, by its id or the file name it comes under; or the one of a `modified`."""
    own = shipped().get(name) or next((book for book in shipped().values() if book.id == name), None)
    playbook_id = own.id if own else name
    statement = select(PLAYBOOK).where(PLAYBOOK.c.id == playbook_id).order_by(PLAYBOOK.c.version.desc()).limit(1)
    if modified:
        statement = statement.where(PLAYBOOK.c.modified == modified)
    row = connection.execute(statement).one_or_none()
    kept = _of_row(row) if row is not None else None
    if own is None or (modified and own.playbook.modified != modified):
        return kept
    return kept if modified and kept else _newer(connection, own, kept)


def version(connection: Connection, playbook_id: str, number: int) -> Book | None:
    """One version of a playbook."""
    wanted = (PLAYBOOK.c.id == playbook_id, PLAYBOOK.c.version == number)
    row = connection.execute(select(PLAYBOOK).where(*wanted)).one_or_none()
    return _of_row(row) if row is not None else None


def versions(connection: Connection, playbook_id: str) -> Sequence[Row[Any]]:
    """The versions of a playbook, the newest first."""
    return connection.execute(
        select(PLAYBOOK).where(PLAYBOOK.c.id == playbook_id).order_by(PLAYBOOK.c.version.desc())
    ).all()


def keep(connection: Connection, book: Book, by: str, at: datetime) -> int:
    """Put a version onto the shelf, once; its number."""
    same = (PLAYBOOK.c.id == book.id, PLAYBOOK.c.sha256 == book.sha256)
    known = connection.execute(select(PLAYBOOK.c.version).where(*same)).scalar()
    if known is not None:
        return int(known)
    last = connection.execute(select(func.max(PLAYBOOK.c.version)).where(PLAYBOOK.c.id == book.id)).scalar()
    number = int(last or 0) + 1
    made = insert(PLAYBOOK).values(
        id=book.id,
        version=number,
        name=book.name,
        name_en=book.name_en,
        modified=book.playbook.modified,
        sha256=book.sha256,
        source=book.source,
        document=dict(book.playbook.content),
        faults=[document(fault) for fault in book.faults],
        added_by=by,
        added_at=at,
    )
    try:
        with connection.begin_nested():
            connection.execute(made)
    except IntegrityError:
        # Somebody else put a version there in the same moment: look again.
        return keep(connection, book, by, at)
    return number


def playbook_of(connection: Connection, playbook_id: str, number: int) -> Playbook:
    """The playbook of a kept version, which never changes: read once a process."""
    wanted = (PLAYBOOK.c.id == playbook_id, PLAYBOOK.c.version == number)
    sha256 = connection.execute(select(PLAYBOOK.c.sha256).where(*wanted)).scalar_one()
    found = _READ.get((playbook_id, sha256))
    if found is None:
        found = _kept(playbook_id, sha256, connection.execute(select(PLAYBOOK.c.document).where(*wanted)).scalar_one())
    return found


def _kept(playbook_id: str, sha256: str, content: Mapping[str, Any]) -> Playbook:
    found = _READ.get((playbook_id, sha256)) or read_document(content).playbook
    if found is None:
        raise ValueError(f"the kept playbook {playbook_id} cannot be read")
    if len(_READ) >= MOST_READ:
        _READ.clear()
    _READ[(playbook_id, sha256)] = found
    return found


def _newer(connection: Connection, own: Book, kept: Book | None) -> Book:
    """The shipped one where it is not on the shelf yet; else what was kept last."""
    if kept is None:
        return own
    same = (PLAYBOOK.c.id == own.id, PLAYBOOK.c.sha256 == own.sha256)
    is_known = connection.execute(select(PLAYBOOK.c.version).where(*same)).first() is not None
    return kept if is_known else own


def _of_row(row: Row[Any]) -> Book:
    faults = tuple(from_document(one) for one in row.faults)
    alias = next((alias for alias, book in shipped().items() if book.id == row.id), "")
    playbook = _kept(row.id, row.sha256, row.document)
    return Book(playbook, faults, row.sha256, row.source, row.version, alias, row.added_by, row.added_at)
