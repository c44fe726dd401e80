"""Taking intelligence in, whoever brings it: the province, a person's upload, a TAXII server, a colleague's push."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from analytics.intel.ignored import Ignored, ignored_by
from analytics.intel.normal import Value
from analytics.intel.pattern import read_pattern
from analytics.intel.policy import Markings, Policy, load_markings, load_policy
from analytics.intel.records import indicator_id, put, values_of
from analytics.intel.tables import INDICATOR
from analytics.inventory.inventory import load
from console.audit.chain import record
from console.intelligence.reading import NotTaken, Sent, SentIndicator, objects_of, read_indicator, read_object
from console.intelligence.reasons import Refused
from console.intelligence.taxii.shelf import INBOX, shelve

# So many refusals are named in the audit entry; all of them in the answer.
_AUDITED: Final = 20
_AT_ONCE: Final = 400


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a bundle. `unwatched` are kept without being watched; `kept` are objects of other kinds."""

    new: int = 0
    updated: int = 0
    revoked: int = 0
    unchanged: int = 0
    kept: int = 0
    unwatched: tuple[Refused, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def applied(self) -> int:
        """Indicators that changed something here."""
        return self.new + self.updated + self.revoked

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        counts = {name: getattr(self, name) for name in ("applied", "new", "updated", "revoked", "unchanged", "kept")}
        return {
            **counts,
            "unwatched": [one.document() for one in self.unwatched],
            "refused": [one.document() for one in self.refused],
        }


@dataclass(frozen=True, slots=True)
class _Weighed:
    """An indicator that is to be stored, with what it watches for."""

    row: dict[str, Any]
    values: tuple[Value, ...]
    is_new: bool


def accept(connection: Connection, bundle: Mapping[str, Any], source: str, marking: str, at: datetime) -> Accepted:
    """Take what can be taken of a bundle, inside the caller's transaction, with its entry in the audit chain.

    Never raises for what the bundle holds. The same bundle again changes nothing.
    """
    try:
        markings = load_markings()
        if marking not in markings.names:
            raise NotTaken("marking", marking)
        objects = objects_of(bundle)
    except NotTaken as error:
        done = Accepted(refused=(Refused("bundle", error.code, error.detail),))
        audit(connection, bundle, source, done, at)
        return done
    sent, refused = _read(objects, markings, at)
    done, stored = _Taking(connection, source, marking, at, markings, load_policy()).take(sent)
    shelve(connection, INBOX, [(one.body, _marking(one, marking, markings)[0]) for one in stored], source, at)
    done = replace(done, refused=(*refused, *done.refused))
    audit(connection, bundle, source, done, at)
    return done


def audit(connection: Connection, bundle: Mapping[str, Any], source: str, done: Accepted, at: datetime) -> None:
    """Write into the chain what was brought and what became of it."""
    counts = {name: getattr(done, name) for name in ("new", "updated", "revoked", "unchanged", "kept")}
    first = [one.document() for one in done.refused[:_AUDITED]]
    detail = {**counts, "unwatched": len(done.unwatched), "refused": len(done.refused), "first": first}
    named = str(bundle.get("id", "?") if isinstance(bundle, Mapping) else "?")[:60]
    record(connection, at=at, actor=source, action="intelligence.accept", object=f"bundle {named}", detail=detail)


def _read(objects: Sequence[Any], markings: Markings, at: datetime) -> tuple[list[Sent], list[Refused]]:
    sent: dict[str, Sent] = {}
    refused: list[Refused] = []
    statements = _statements(objects)
    for number, found in enumerate(objects):
        try:
            one = read_object(found, markings, at)
        except NotTaken as error:
            named = found.get("id") if isinstance(found, dict) else None
            ref = named[:100] if isinstance(named, str) else f"objects[{number}]"
            refused.append(Refused(ref, error.code, error.detail))
            continue
        one = replace(one, labels=one.labels - statements)
        before = sent.get(one.id)
        if before is not None:
            # A bundle may hold several versions: the newest counts.
            refused.append(Refused(one.id, "twice"))
            if (before.modified or at) >= (one.modified or at):
                continue
        sent[one.id] = one
    return list(sent.values()), refused


def _statements(objects: Sequence[Any]) -> frozenset[str]:
    """Markings that only say something, such as a copyright, and limit nothing."""
    defined = [one for one in objects if isinstance(one, dict) and one.get("type") == "marking-definition"]
    return frozenset(str(one.get("id")) for one in defined if one.get("definition_type") == "statement")


@dataclass(slots=True)
class _Taking:
    """One bundle against what is known."""

    connection: Connection
    source: str
    marking: str
    at: datetime
    markings: Markings
    policy: Policy

    def take(self, sent: Sequence[Sent]) -> tuple[Accepted, list[Sent]]:
        mine = [one for one in sent if one.type == "indicator"]
        known = self._known(mine)
        had = values_of(self.connection, [row["id"] for row in known.values()])
        ignored = ignored_by(load(self.connection))
        weighed: list[_Weighed] = []
        stored = [one for one in sent if one.type != "indicator"]
        refused: list[Refused] = []
        unchanged = 0
        for one in mine:
            before = known.get(one.id)
            try:
                said = read_indicator(one, self.at)
                if self._is_known(one, before):
                    unchanged += 1
                    continue
                weighed.append(
                    self._weigh(one, said, before, set(had.get(before["id"], ())) if before else set(), ignored)
                )
                stored.append(one)
            except NotTaken as error:
                refused.append(Refused(one.id, error.code, error.detail))
        put(self.connection, [one.row for one in weighed], {one.row["id"]: one.values for one in weighed})
        return self._told(weighed, unchanged, len(sent) - len(mine), refused), stored

    def _told(self, weighed: Sequence[_Weighed], unchanged: int, kept: int, refused: Sequence[Refused]) -> Accepted:
        states = [one.row["state"] for one in weighed]
        unwatched = tuple(
            Refused(one.row["stix_id"], *_parted(one.row["reason"] or ""))
            for one in weighed
            if one.row["state"] in ("unwatched", "ignored")
        )
        fresh = sum(one.is_new and one.row["state"] != "revoked" for one in weighed)
        gone = states.count("revoked")
        return Accepted(fresh, len(weighed) - fresh - gone, gone, unchanged, kept, unwatched, tuple(refused))

    def _known(self, sent: Sequence[Sent]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        ids = [one.id for one in sent]
        for start in range(0, len(ids), _AT_ONCE):
            part = INDICATOR.c.stix_id.in_(ids[start : start + _AT_ONCE])
            for row in self.connection.execute(select(INDICATOR).where(part)).mappings():
                found[row["stix_id"]] = dict(row)
        return found

    def _is_known(self, one: Sent, before: Mapping[str, Any] | None) -> bool:
        """Whether this version is the one that is held. NotTaken when it may not take its place."""
        if before is None or one.modified is None:
            return False
        if one.modified == before["modified"]:
            if one.body != before["body"]:
                raise NotTaken("differs", one.body["modified"])
            return True
        if one.modified < before["modified"]:
            raise NotTaken("older", one.body["modified"])
        if before["source"] != self.source:
            raise NotTaken("source", before["source"])
        return False

    def _weigh(
        self,
        one: Sent,
        said: SentIndicator,
        before: Mapping[str, Any] | None,
        had: set[Value],
        ignored: Ignored,
    ) -> _Weighed:
        state, reason, values = _judged(said, ignored)
        if before is not None and before["state"] == "stopped" and state == "watched":
            # A person's word outlives the source's next version.
            state, reason = "stopped", before["reason"]
        marking, label = _marking(one, self.marking, self.markings)
        row = {
            "id": indicator_id(one.id),
            "stix_id": one.id,
            "modified": one.modified,
            "name": said.name,
            "pattern": said.pattern[:10_000],
            "pattern_type": said.pattern_type,
            "source": self.source[:120],
            "marking": marking,
            "tlp": label,
            "confidence": said.confidence,
            "valid_from": said.valid_from,
            "valid_until": self.policy.ends({value.kind for value in values}, said.valid_from, said.valid_until),
            "state": state,
            "reason": reason[:400] if reason else None,
            "received_at": before["received_at"] if before else self.at,
            "changed_at": self.at,
            # What was searched for already is not searched for again.
            "hunted_at": before["hunted_at"] if before and set(values) <= had else None,
            "hits": 0,
            "last_hit": None,
            "body": one.body,
            "version": 1,
        }
        return _Weighed(row, values, before is None)


def _judged(said: SentIndicator, ignored: Ignored) -> tuple[str, str | None, tuple[Value, ...]]:
    """State, reason and values of an indicator. What may be watched is, though other parts of it may not."""
    if said.revoked:
        return "revoked", None, ()
    if said.pattern_type != "stix":
        return "unwatched", f"pattern_type: {said.pattern_type}", ()
    reading = read_pattern(said.pattern)
    kept = []
    reasons = [f"{code}: {detail}" for code, detail in reading.left]
    for value in reading.values:
        why = ignored.why(value)
        if why is None:
            kept.append(value)
        else:
            reasons.append(
                f"{why[0]}: {value.value}" if why[1] == value.value else f"{why[0]}: {value.value} / {why[1]}"
            )
    if kept:
        return "watched", reasons[0] if reasons else None, tuple(kept)
    return ("ignored" if reading.values else "unwatched"), reasons[-1] if reading.values else reasons[0], ()


def _marking(one: Sent, floor: str, markings: Markings) -> tuple[str, str]:
    """Marking and TLP label: what it came with, never below the channel it came by."""
    labels = {label if label in markings.tlp else "amber+strict" for label in one.labels}
    label = markings.strictest(labels)
    if label is None:
        return floor, markings.tlp_of[floor]
    return markings.higher(floor, markings.tlp[label].marking), label


def _parted(reason: str) -> tuple[str, str]:
    code, _, detail = reason.partition(": ")
    return code, detail


def sources(connection: Connection) -> Iterable[str]:
    """Who intelligence came from."""
    return connection.execute(select(INDICATOR.c.source).distinct().order_by(INDICATOR.c.source)).scalars().all()
