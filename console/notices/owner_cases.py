"""What people of a unit do: by a one-time link or by their account, one transaction and one audit entry each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from analytics.lifecycle import Unfit, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.notices import answering
from console.notices.answering import Actor
from console.notices.kinds import SHANGHAI, load_rules
from console.notices.links import use
from console.notices.queries import Dossier, for_unit
from console.notices.records import get
from console.notices.tables import NOTICE_RECIPIENT
from console.notices.uploads import Proof, ProofRefused, proof_of
from console.web.desk import Desk
from console.web.scope import in_scope

ACTS: Final = ("sign", "begin", "ask", "feedback", "retest", "extension")


@dataclass(frozen=True, slots=True)
class ByLink:
    """Whoever holds the token of a link."""

    token: str


@dataclass(frozen=True, slots=True)
class ByAccount:
    """A logged-in person of a unit, at one of its notices."""

    who: Viewer
    notice_id: str


Door = ByLink | ByAccount


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


def look(here: Desk, door: Door) -> tuple[Dossier, str]:
    """What the unit may see of its notice, and which unit; the first look is noted. LinkGone, TooOften or Unknown."""
    with here.engine.begin() as connection:
        row, actor = _entered(connection, here, door)
        answering.open_it(connection, row, actor)
        return for_unit(connection, get(connection, row.id), actor.unit_id), actor.unit_id


def act(here: Desk, door: Door, what: str, said: Mapping[str, str], uploads: Sequence[Upload] = ()) -> Dossier:
    """Do one thing with a notice. LinkGone, TooOften, Unknown, IllegalMove, Stale, or ValueError with what to do.

    What is refused of it changes nothing; a refused file is audited, since it came from outside.
    """
    try:
        proofs = [proof_of(one.name, one.content, load_rules().proof) for one in uploads]
    except ProofRefused as error:
        with here.engine.begin() as connection:
            row, actor = _entered(connection, here, door)
            _recorded(connection, row, actor, "refused", {"file": str(error)})
        raise
    with here.engine.begin() as connection:
        row, actor = _entered(connection, here, door)
        answering.open_it(connection, row, actor)
        _do(connection, here, row, actor, what, said, proofs)
        detail = {"unit": actor.unit_id, "files": [proof.sha256 for proof in proofs]}
        _recorded(connection, row, actor, what, detail)
        return for_unit(connection, get(connection, row.id), actor.unit_id)


def unit_of(connection: Connection, who: Viewer, notice_id: str) -> str:
    """The unit inside this person's scope that the notice goes to. Unknown when there is none.

    Nobody answers for a unit because they see all of them: an account must name its units or counties.
    """
    if who.sees_all:
        raise Unknown(f"notice {notice_id}")
    to = select(NOTICE_RECIPIENT.c.unit_id).where(NOTICE_RECIPIENT.c.notice_id == notice_id)
    ordered = to.order_by(NOTICE_RECIPIENT.c.signed_at.is_not(None), NOTICE_RECIPIENT.c.unit_id).limit(1)
    found: str | None = connection.execute(in_scope(ordered, NOTICE_RECIPIENT, who)).scalar()
    if found is None:
        raise Unknown(f"notice {notice_id}")
    return found


def _entered(connection: Connection, here: Desk, door: Door) -> tuple[Row[Any], Actor]:
    at = here.clock()
    if isinstance(door, ByLink):
        link = use(connection, door.token, at)
        row, actor = get(connection, link.notice_id), Actor(link.unit_id, f"link {link.id}", at)
    else:
        unit_id = unit_of(connection, door.who, door.notice_id)
        row, actor = get(connection, door.notice_id), Actor(unit_id, door.who.login, at)
    if row.issued_at is None or row.state == "withdrawn":
        raise Unknown(f"notice {row.id}")
    return row, actor


def _do(
    connection: Connection,
    here: Desk,
    row: Row[Any],
    actor: Actor,
    what: str,
    said: Mapping[str, str],
    proofs: Sequence[Proof],
) -> None:
    match what:
        case "sign":
            answering.sign(connection, row, actor, said.get("name", ""), said.get("phone", ""), here.office.office)
        case "begin":
            answering.begin(connection, row, actor)
        case "ask":
            answering.ask(connection, row, actor, said.get("text", ""))
        case "feedback":
            answering.report(connection, row, actor, said, proofs, here.data.files)
        case "retest":
            answering.ask_retest(connection, row, actor)
        case "extension":
            answering.ask_extension(connection, row, actor, _day(said.get("until", "")), said.get("reason", ""))
        case _:
            raise ValueError(f"there is no act {what!r}; one of {', '.join(ACTS)}")


def _day(text: str) -> datetime:
    """The end of office hours of a day, in China."""
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), time(18), SHANGHAI)
    except ValueError as error:
        raise Unfit(
            "请按年-月-日填写日期，例如 2026-12-01", "give the new day as year-month-day, such as 2026-12-01"
        ) from error


def _recorded(connection: Connection, row: Row[Any], actor: Actor, what: str, detail: Mapping[str, Any]) -> None:
    name = f"notice {row.id}"
    record(connection, at=actor.at, actor=actor.by, action=f"notice.unit_{what}", object=name, detail=detail)
