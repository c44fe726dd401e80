"""Files of the office that replace shipped ones: mechanisms, holidays, response levels. A bad one changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from analytics.db import UNIT
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.audit.tables import AUDIT_ENTRY
from console.calendar import holiday_file, working_time
from console.clerk.work import Clerk
from console.response import level_file, mechanism
from console.response.level_tables import MECHANISM
from console.response.mechanism_file import BadMechanism, read_mechanism
from console.response.slots import Mechanism
from console.web.desk import Desk
from sensors.contract.segment import put


def place_mechanism(here: Desk, who: Viewer, content: bytes, name: str) -> Mechanism:
    """Put a new version of the mechanism into force. BadMechanism for one that cannot be used; that is audited too."""
    now = here.clock()
    try:
        with here.reads.begin() as connection:
            found = read_mechanism(content, name, units_of(connection))
        _must_be_new(here.data.root, found, name)
    except BadMechanism as error:
        refused(here, who.login, f"mechanism/{name}", content, str(error))
        raise
    folder = _folder(here.data.root, mechanism.FOLDER)
    with here.engine.begin() as connection:
        known = select(MECHANISM.c.digest).where(MECHANISM.c.digest == found.digest)
        if connection.execute(known).first() is None:
            connection.execute(insert(MECHANISM).values(_kept(found, now, who.login)))
        detail = {
            "version": found.version,
            "effective": found.effective.isoformat(),
            "label": found.label,
            "sha256": found.digest,
        }
        record(
            connection, at=now, actor=who.login, action="mechanism.load", object=f"mechanism/{found.id}", detail=detail
        )
        # Inside the transaction: without the file there is no entry, and a crash after it leaves a file that is audited
        # as placed by hand.
        put(folder, f"{found.id}-{found.version}.yml", content)
    return found


def place_calendar(here: Desk, who: Viewer, content: bytes, name: str) -> str:
    """Put a year's holidays or the office hours into force; the name they got. BadCalendar otherwise, audited too."""
    now = here.clock()
    try:
        if name == holiday_file.HOURS_NAME:
            detail = {"hours": len(holiday_file.read_hours(content))}
        else:
            year = holiday_file.read_year(content, name)
            detail = {"year": year.year, "days_off": len(year.off), "days_worked": len(year.worked)}
    except holiday_file.BadCalendar as error:
        refused(here, who.login, f"calendar/{name}", content, str(error))
        raise
    folder = _folder(here.data.root, working_time.FOLDER)
    with here.engine.begin() as connection:
        said = {**detail, "sha256": hashlib.sha256(content).hexdigest()}
        record(connection, at=now, actor=who.login, action="calendar.load", object=f"calendar/{name}", detail=said)
        put(folder, name, content)
    return name


def refused(here: Desk | Clerk, actor: str, name: str, content: bytes, sentence: str) -> None:
    """Write into the audit chain that a file was refused, and why."""
    digest = hashlib.sha256(content).hexdigest()
    with here.engine.begin() as connection:
        record(
            connection,
            at=here.clock(),
            actor=actor,
            action="file.refuse",
            object=name[:120],
            detail={"why": sentence, "sha256": digest},
        )


def look_at_placed(clerk: Clerk) -> None:
    """Audit every file in the data folder that cannot be used, once for each content of it."""
    with clerk.reads.begin() as connection:
        units = units_of(connection)
    for name, content, sentence in _bad_files(clerk.data.root, units):
        digest = hashlib.sha256(content).hexdigest()
        with clerk.reads.begin() as connection:
            told = select(AUDIT_ENTRY.c.detail).where(
                AUDIT_ENTRY.c.action == "file.refuse", AUDIT_ENTRY.c.object == name[:120]
            )
            known = any(digest in detail for detail in connection.execute(told).scalars())
        if not known:
            refused(clerk, "clerk", name, content, sentence)


def units_of(connection: Connection) -> frozenset[str]:
    """The ids of every unit of the inventory."""
    return frozenset(connection.execute(select(UNIT.c.id)).scalars())


def _bad_files(root: Path, units: Collection[str]) -> Iterator[tuple[str, bytes, str]]:
    for path in sorted((root / mechanism.FOLDER).glob("*.yml")):
        try:
            read_mechanism(content := path.read_bytes(), path.name, units)
        except BadMechanism as error:
            yield f"mechanism/{path.name}", content, str(error)
        except OSError:
            continue
    for path in sorted((root / working_time.FOLDER).glob("*.yml")):
        try:
            content = path.read_bytes()
            if path.name == holiday_file.HOURS_NAME:
                holiday_file.read_hours(content)
            else:
                holiday_file.read_year(content, path.name)
        except holiday_file.BadCalendar as error:
            yield f"calendar/{path.name}", content, str(error)
        except OSError:
            continue
    levels = level_file.load_levels(root)
    if levels.refused:
        yield level_file.FILE, (root / level_file.FILE).read_bytes(), levels.refused


def _must_be_new(root: Path, found: Mechanism, name: str) -> None:
    for other in (mechanism.shipped(), *mechanism.versions(root)):
        same = isinstance(other, Mechanism) and (other.id, other.version) == (found.id, found.version)
        if same and isinstance(other, Mechanism) and other.digest != found.digest:
            raise BadMechanism(f"{name}: version {found.version} of {found.id} is known with another content; raise it")


def _kept(found: Mechanism, at: datetime, by: str) -> dict[str, Any]:
    return {
        "digest": found.digest,
        "name": found.name,
        "version": found.version,
        "effective": found.effective,
        "content": found.content,
        "loaded_at": at,
        "loaded_by": by,
    }


def _folder(root: Path, name: str) -> Path:
    folder = root / name
    folder.mkdir(exist_ok=True)
    return folder
