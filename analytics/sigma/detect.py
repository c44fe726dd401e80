"""Rules at work: matches of a batch as hits for correlations and as claims, each with its reasons."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analytics.alerts.claim import MOST_EVENTS, Claim, Why
from analytics.sigma.correlate import Correlation, CorrelationMatch, Hit, HitStore, evaluate
from analytics.sigma.ruleset import Match, RuleEntry, Ruleset
from analytics.sigma.sources import source_of
from sensors.contract.batch import EventBatch

DETECTOR: Final = "sigma"
CORRELATION: Final = "sigma-correlation"
_SITE: Final = "gongga.site.id"
_SHOWN: Final = 120
_TACTICS: Final = (
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
)


@dataclass(frozen=True, slots=True)
class SigmaDetector:
    """Claims of a ruleset; what its correlations must remember is kept in `hits`."""

    ruleset: Ruleset
    hits: HitStore

    def detect(self, batch: EventBatch) -> list[Claim]:
        """One claim for each rule, site and entity of the batch, and one for each correlation that holds."""
        matches = self.ruleset.match(batch)
        claims = [claim for match in matches for claim in _claims(match, batch)]
        return [*claims, *(correlation_claim(one) for one in self.correlate(batch, matches))]

    def correlate(self, batch: EventBatch, matches: Sequence[Match]) -> list[CorrelationMatch]:
        """The correlations that hold with this batch's hits; each becomes a hit for those that count it."""
        new = _hits(self.ruleset.correlations, matches, batch)
        if not new:
            return []
        self.hits.add(new)
        first, last = min(hit.at for hit in new), max(hit.at for hit in new)
        fresh = {hit.rule_id for hit in new}
        found: list[CorrelationMatch] = []
        for rule in self.ruleset.correlations:
            if not fresh & set(rule.rules):
                continue
            window = self.hits.window(rule.rules, first - rule.timespan, last + rule.timespan)
            held = evaluate(rule, window, first)
            found += held
            if held:
                fresh.add(rule.id)
                self.hits.add([_hit_of(one) for one in held])
        return found


def _hits(rules: Sequence[Correlation], matches: Sequence[Match], batch: EventBatch) -> list[Hit]:
    wanted: dict[str, set[str]] = {}
    for rule in rules:
        for name in rule.rules:
            columns = {rule.aliases.get(one, {}).get(name, one) for one in rule.group_by}
            columns |= {rule.aliases.get(one, {}).get(name, one) for one in rule.fields}
            wanted.setdefault(name, {_SITE, "source.ip"}).update(columns)
    found = []
    for match in matches:
        if match.rule.id not in wanted:
            continue
        carried = _columns(match.rule, sorted(wanted[match.rule.id]), batch)
        part = batch.take(match.rows.tolist())
        values = {name: part.column(column) for name, column in carried.items()}
        for row, (at, event) in enumerate(zip(part.column("@timestamp"), part.column("event.id"), strict=True)):
            held = {column: str(cells[row]) for column, cells in values.items() if cells[row] is not None}
            found.append(Hit(match.rule.id, event, at, held))
    return found


def _columns(rule: RuleEntry, names: Sequence[str], batch: EventBatch) -> dict[str, str]:
    """The column of the batch that holds each name, which is ours or one of the rule's log source."""
    found = {name: name for name in names if name in batch.table.column_names}
    given = rule.document.get("logsource") or {}
    source = source_of(given.get("category"), given.get("product"), given.get("service"))
    for name in names:
        texts = source.texts(name) if source and name not in found else None
        if texts and texts[0].column in batch.table.column_names:
            found[name] = texts[0].column
    return found


def _hit_of(match: CorrelationMatch) -> Hit:
    last = match.hits[-1]
    group = dict(zip(match.correlation.group_by, match.group, strict=True))
    first = match.hits[0].values
    values = {name: first[name] for name in (_SITE, "source.ip") if name in first} | group
    return Hit(match.correlation.id, f"{last.event_id}#{match.correlation.id[:8]}", last.at, values)


def _claims(match: Match, batch: EventBatch) -> list[Claim]:
    ours = match.rule.ours
    if ours.get("alert") is False:
        return []
    part = batch.take(match.rows.tolist())
    entity = str(ours.get("entity") or ("source.ip" if "source.ip" in part.table.column_names else _SITE))
    entities = part.column(entity) if entity in part.table.column_names else [None] * len(part)
    groups: dict[tuple[str, str], list[int]] = {}
    for row, (site, about) in enumerate(zip(part.column(_SITE), entities, strict=True)):
        groups.setdefault((site or "", str(about or site or "")), []).append(row)
    return [_claim(match.rule, part, rows, site, about) for (site, about), rows in groups.items()]


def _claim(rule: RuleEntry, part: EventBatch, rows: Sequence[int], site: str, about: str) -> Claim:
    times, events = part.column("@timestamp"), part.column("event.id")
    first = min(rows, key=lambda row: (times[row], events[row]))
    sample = {name: values[0] for name, values in part.take([first]).table.to_pydict().items()}
    stamps = [times[row] for row in rows]
    return Claim(
        detector=DETECTOR,
        rule_id=rule.id,
        title=sentence(rule, "zh", sample, len(rows)),
        title_en=sentence(rule, "en", sample, len(rows)),
        level=rule.level,
        site_id=site or None,
        entity=about,
        first_seen=min(stamps),
        last_seen=max(stamps),
        count=len(rows),
        why=_why(rule, sample, len(rows)),
        event_ids=tuple(events[row] for row in rows[:MOST_EVENTS]),
        techniques=techniques(rule.tags),
        stage=stage(rule.tags),
        class_code=rule.ours.get("class"),
        key=f"{DETECTOR}|{rule.id}|{site}|{about}"[:200],
    )


def correlation_claim(match: CorrelationMatch) -> Claim:
    """The claim of a correlation that holds."""
    rule = match.correlation
    document = rule.document
    ours = document.get("gongga") or {}
    tags = tuple(str(tag) for tag in document.get("tags") or ())
    group = dict(zip(rule.group_by, match.group, strict=True))
    values = {**match.hits[0].values, **group}
    site = values.get(_SITE)
    about = values.get(str(ours.get("entity", "source.ip"))) or "|".join(match.group)
    minutes = max(1, round((match.hits[-1].at - match.hits[0].at).total_seconds() / 60))
    words = {**values, "count": match.counted, "minutes": minutes, "hits": len(match.hits)}
    given = ours.get("why") or {}
    text = _filled(str(given.get("zh", "{minutes} 分钟内计到 {count}，界限 " + f"{rule.count:.0f}")), words)
    text_en = _filled(
        str(given.get("en", "{count} counted in {minutes} min, the line is " + f"{rule.count:.0f}")), words
    )
    said = ours.get("sentence") or {}
    title = str(document.get("title", ""))
    return Claim(
        detector=CORRELATION,
        rule_id=rule.id,
        title=_filled(str(said.get("zh", title)), words),
        title_en=_filled(str(said.get("en", title)), words),
        level=str(document.get("level", "medium")),
        site_id=site,
        entity=about,
        first_seen=match.hits[0].at,
        last_seen=match.hits[-1].at,
        count=1,
        why=(Why(0.9, text, text_en),),
        event_ids=tuple(hit.event_id for hit in match.hits if "#" not in hit.event_id)[:MOST_EVENTS],
        techniques=techniques(tags),
        stage=stage(tags),
        class_code=ours.get("class"),
        key=f"{CORRELATION}|{rule.id}|{site or ''}|{about}"[:200],
    )


def explain(rule: RuleEntry, part: EventBatch, row: int) -> tuple[Why, ...]:
    """Why a rule matched one row."""
    return _why(rule, {name: values[0] for name, values in part.take([row]).table.to_pydict().items()}, 1)


def sentence(rule: RuleEntry, language: str, sample: Mapping[str, Any], count: int) -> str:
    """What happened, in words: our rule's sentence with the event's values, else the rule's title."""
    said = (rule.ours.get("sentence") or {}).get(language) or rule.title
    return _filled(str(said), {**sample, "count": count})[:300]


def techniques(tags: Iterable[str]) -> tuple[str, ...]:
    """ATT&CK technique ids of a rule's tags."""
    names = [tag.removeprefix("attack.").upper() for tag in tags if tag.startswith("attack.t")]
    return tuple(name for name in names if name[1:2].isdigit())


def stage(tags: Iterable[str]) -> str | None:
    """The furthest ATT&CK tactic among a rule's tags."""
    named = [tag.removeprefix("attack.").replace("_", "-") for tag in tags if tag.startswith("attack.")]
    known = [name for name in named if name in _TACTICS]
    return max(known, key=_TACTICS.index, default=None)


def _why(rule: RuleEntry, sample: Mapping[str, Any], count: int) -> tuple[Why, ...]:
    told = [_weighed(text) for text in sample.get("gongga.check.why") or ()]
    if told:
        return tuple(sorted(told, key=lambda why: -why.weight))
    seen = str(sample.get("url.original") or sample.get("dns.question.name") or sample.get("destination.ip") or "")
    status = sample.get("http.response.status_code")
    answered = f"，网站答 {status}" if status else ""
    answered_en = f", answered {status}" if status else ""
    text = f"符合规则“{rule.title}”：{seen[:_SHOWN]}{answered}"
    reasons = [Why(0.8, text, f"rule “{rule.title}”: {seen[:_SHOWN]}{answered_en}")]
    if count > 1:
        reasons.append(Why(0.4, f"同一来源 {count} 次", f"{count} times from the same source"))
    return tuple(reasons)


def _weighed(text: str) -> Why:
    weight, _bar, words = text.partition("|")
    try:
        return Why(min(1.0, max(0.0, float(weight))), words, words)
    except ValueError:
        return Why(0.5, text, text)


class _Filler(string.Formatter):
    """Fills `{source.ip}` by that very name; what is not there becomes a dash. No attribute or index is followed."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        value = kwargs.get(field_name)
        return ("—" if value is None else str(value)[:_SHOWN]), field_name


def _filled(text: str, words: Mapping[str, Any]) -> str:
    try:
        return _Filler().vformat(text, (), dict(words))
    except (ValueError, KeyError, IndexError):
        return text
