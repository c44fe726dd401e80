"""A proposal as the JSON of `incident.grading`, which the desk shows and people add to.

{"class": {"code", "zh", "en"}, "level": {"value", "zh", "en"}, "guide": {"zh", "en"},
 "matched": [{"id", "level", "zh", "en", "basis"}],
 "next": [{"id", "at", "level", "zh", "en", "basis"}],
 "clocks": [{"id", "kind", "from", "zh", "en", "starts", "due", "article", "confidence", "met"?}],
 "duties": [{"id", "zh", "en", "article", "confidence"}],
 "met": {clock id: moment}, "moments": {"learned" | "receipt": moment}, "response": [clocks of the response],
 "object" | "loss" | "harm": {"name", "zh", "en", "why_zh", "why_en"},
 "spells": {kind: {"good", "first_bad", "last_bad", "clean", "page"}},
 "numbers": {kind: n}}

All moments are ISO text in UTC. `numbers` is what people entered (`pi_leak`, `loss_yuan`, …); `met` is set on a clock
by whoever fulfilled the duty; `moments` and `response` are the console's. All of these outlive every new proposal.
`duties` hold without a moment (及时); `from` is what a clock starts with. `basis` and `confidence`: C seen in the final
text, C- second-hand, draft, G general knowledge, A our own proposal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from analytics.grading.propose import Factor, Facts, Proposal, Spell
from analytics.grading.tables import Tables, Words
from sensors.contract.batch import time_of, time_text


def document(proposal: Proposal, facts: Facts, tables: Tables, before: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a proposal; what people wrote into the one before stays."""
    kept = {clock["id"]: clock["met"] for clock in before.get("clocks", ()) if clock.get("met")}
    met = {**before.get("met", {}), **kept}
    said = tables.classes.get(proposal.class_code or "", Words("未分类", "unclassified"))
    return {
        "class": {"code": proposal.class_code, **_both(said)},
        "level": {"value": proposal.level, **_both(tables.levels[proposal.level])},
        "guide": _both(tables.guide),
        "matched": [
            {"id": row.id, "level": row.level, **_both(row.words), "basis": row.basis} for row in proposal.matched
        ],
        "next": [
            {"id": row.id, "at": time_text(row.at), "level": row.level, **_both(row.words), "basis": row.basis}
            for row in proposal.next
        ],
        "clocks": [
            {
                "id": clock.id,
                "kind": clock.kind,
                "from": clock.start,
                **_both(clock.words),
                "starts": time_text(clock.starts),
                "due": time_text(clock.due),
                "article": clock.article,
                "confidence": clock.confidence,
                **({"met": met[clock.id]} if clock.id in met else {}),
            }
            for clock in proposal.clocks
        ],
        "duties": [
            {"id": duty.id, **_both(duty.words), "article": duty.article, "confidence": duty.confidence}
            for duty in proposal.duties
        ],
        **({"met": met} if met else {}),
        **{name: before[name] for name in ("moments", "response") if before.get(name)},
        "object": _factor(proposal.object),
        "loss": _factor(proposal.loss),
        "harm": _factor(proposal.harm),
        "spells": {kind: spell_document(spell) for kind, spell in sorted(facts.spells.items())},
        "numbers": dict(facts.numbers),
    }


def spell_document(spell: Spell) -> dict[str, Any]:
    """A spell as JSON."""
    return {
        "good": _text(spell.good),
        "first_bad": time_text(spell.first_bad),
        "last_bad": time_text(spell.last_bad),
        "clean": _text(spell.clean),
        "page": spell.page,
    }


def spells_of(grading: Mapping[str, Any]) -> dict[str, Spell]:
    """The spells that were written down."""
    return {kind: _spell(entry) for kind, entry in grading.get("spells", {}).items()}


def numbers_of(grading: Mapping[str, Any]) -> dict[str, int]:
    """The numbers that people entered."""
    return {str(kind): int(value) for kind, value in grading.get("numbers", {}).items()}


def moments_of(grading: Mapping[str, Any]) -> dict[str, datetime]:
    """The moments that people or links entered: when it was learned of, when the province had received it."""
    return {str(name): time_of(text) for name, text in grading.get("moments", {}).items()}


def _spell(entry: Mapping[str, Any]) -> Spell:
    return Spell(
        good=_moment(entry["good"]),
        first_bad=time_of(entry["first_bad"]),
        last_bad=time_of(entry["last_bad"]),
        clean=_moment(entry["clean"]),
        page=entry["page"],
    )


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _factor(factor: Factor) -> dict[str, str]:
    return {"name": factor.name, **_both(factor.words), "why_zh": factor.why.zh, "why_en": factor.why.en}


def _text(at: datetime | None) -> str | None:
    return time_text(at) if at is not None else None


def _moment(text: str | None) -> datetime | None:
    return time_of(text) if text else None
