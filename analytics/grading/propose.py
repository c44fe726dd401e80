"""Proposes class, level and clocks of an incident from the facts, always with the rows that matched. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from analytics.grading.tables import Deadline, Effect, Row, Tables, Weight, Words

ORDINARY: Final = 4
# While the newest bad observation is this fresh, the spell is taken to last until now.
FRESH: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Spell:
    """How long something was bad: between the last good look before and the first good look after."""

    good: datetime | None
    first_bad: datetime
    last_bad: datetime
    clean: datetime | None = None
    page: str = "home"

    @property
    def start(self) -> datetime:
        """From when it must be reckoned: the fault lies somewhere after the last good look, so from there."""
        return self.good or self.first_bad

    def lasted(self, now: datetime) -> timedelta:
        """How long it lasted, as far as it was watched."""
        end = self.clean or (max(now, self.last_bad) if now - self.last_bad <= FRESH else self.last_bad)
        return end - self.start


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an incident. `spells` and `numbers` are by kind of the grading guide."""

    now: datetime
    detected_at: datetime
    classes: tuple[str, ...]
    rank: str | None = None
    protection_level: int | None = None
    is_cii: bool = False
    spells: Mapping[str, Spell] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    confirmed_class: str | None = None
    confirmed_level: int | None = None
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    # 获知: somebody told us before a sensor saw it. `received_at`: the province had our report.
    learned_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """A row that holds now."""

    id: str
    level: int
    words: Words
    basis: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A row that will hold at a moment if nothing changes."""

    id: str
    at: datetime
    level: int
    words: Words
    basis: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A duty with its moment; `kind` is `deadline` for something to do, `others` for what another body
    must do, and `threshold` for a level to come.

    `start` names what it starts with: detected, confirmed, closed, receipt, or spell for a threshold.
    """

    id: str
    kind: str
    words: Words
    starts: datetime
    due: datetime
    article: str
    confidence: str
    start: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty without a moment: 及时, or whose moment has not come."""

    id: str
    words: Words
    article: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One of the three factors, with the reason for its weight."""

    name: str
    words: Words
    why: Words


@dataclass(frozen=True, slots=True)
class Proposal:
    """Class and level, why, what comes next, and by when what must be done."""

    class_code: str | None
    level: int
    matched: tuple[Matched, ...]
    next: tuple[Threshold, ...]
    clocks: tuple[Clock, ...]
    duties: tuple[Duty, ...]
    object: Factor
    loss: Factor
    harm: Factor


def propose(facts: Facts, tables: Tables) -> Proposal:
    """The proposal that these tables make of these facts. A confirmed class or level is kept and graded on."""
    class_code = facts.confirmed_class or leading_class(facts.classes, tables)
    weight = _weight(facts, tables)
    effect = tables.matrix.effects.get(class_code or "", tables.matrix.otherwise)
    matched = (*_rows(facts, tables), *_matrix_rows(weight, effect, tables))
    level = min((row.level for row in matched), default=ORDINARY)
    thresholds = tuple(_thresholds(facts, tables, level))
    standing = facts.confirmed_level or level
    return Proposal(
        class_code=class_code,
        level=level,
        matched=tuple(sorted(matched, key=lambda row: (row.level, row.id))),
        next=thresholds,
        clocks=(*_deadlines(facts, tables, standing, class_code), *_as_clocks(facts, thresholds, tables)),
        duties=tuple(
            Duty(duty.id, duty.words, duty.article, duty.basis)
            for duty in tables.deadlines
            if duty.minutes is None and _binds(duty, facts, standing, class_code)
        ),
        object=Factor(weight.weight, tables.matrix.objects[weight.weight], weight.words),
        loss=Factor(effect.loss, tables.matrix.losses[effect.loss], _usual(class_code, tables)),
        harm=Factor(str(effect.harm), tables.levels[effect.harm], _usual(class_code, tables)),
    )


def leading_class(classes: tuple[str, ...], tables: Tables) -> str | None:
    """The class that names an incident of several: what was done before how it was done."""
    order = {code: place for place, code in enumerate(tables.leading)}
    known = [code for code in classes if code in tables.classes]
    return min(known, key=lambda code: (order.get(code, len(order)), code), default=None)


def _weight(facts: Facts, tables: Tables) -> Weight:
    return next(line for line in tables.matrix.weights if _weighs(line, facts))


def _weighs(line: Weight, facts: Facts) -> bool:
    return (
        (not line.cii or facts.is_cii)
        and (line.protection_at_least is None or (facts.protection_level or 0) >= line.protection_at_least)
        and (line.ranks is None or facts.rank in line.ranks)
    )


def _usual(class_code: str | None, tables: Tables) -> Words:
    name = tables.classes.get(class_code or "", Words("未分类事件", "an incident without a class"))
    return Words(f"{name.zh}的通常情形，待人工确认", f"usual for: {name.en}; to be confirmed by a person")


def _rows(facts: Facts, tables: Tables) -> Iterator[Matched]:
    for row in tables.rows:
        if not _concerns(row, facts):
            continue
        spell = facts.spells.get(row.kind)
        if row.minutes is not None and spell is not None:
            if _on_page(row, spell) and spell.lasted(facts.now) >= timedelta(minutes=row.minutes):
                yield Matched(row.id, row.level, _said(row, tables), row.basis)
        elif row.number is not None and facts.numbers.get(row.kind, -1) >= row.number:
            yield Matched(row.id, row.level, _said(row, tables), row.basis)


def _thresholds(facts: Facts, tables: Tables, level: int) -> Iterator[Threshold]:
    coming = []
    for row in tables.rows:
        spell = facts.spells.get(row.kind)
        if row.minutes is None or spell is None or spell.clean is not None or row.level >= level:
            continue
        at = spell.start + timedelta(minutes=row.minutes)
        if _concerns(row, facts) and _on_page(row, spell) and spell.lasted(facts.now) < timedelta(minutes=row.minutes):
            coming.append(Threshold(row.id, at, row.level, _said(row, tables), row.basis))
    nearest: dict[int, Threshold] = {}
    for threshold in sorted(coming, key=lambda one: one.at):
        nearest.setdefault(threshold.level, threshold)
    yield from sorted(nearest.values(), key=lambda one: one.at)


def _concerns(row: Row, facts: Facts) -> bool:
    return (row.ranks is None or facts.rank in row.ranks) and (row.cii is None or row.cii == facts.is_cii)


def _on_page(row: Row, spell: Spell) -> bool:
    return row.page is None or row.page == spell.page


def _said(row: Row, tables: Tables) -> Words:
    kind = tables.kinds.get(row.kind)
    if kind is None or kind.assumes is None:
        return row.words
    return Words(f"{row.words.zh}；前提：{kind.assumes.zh}", f"{row.words.en}; provided that {kind.assumes.en}")


def _matrix_rows(weight: Weight, effect: Effect, tables: Tables) -> Iterator[Matched]:
    matrix = tables.matrix
    level = matrix.cells[weight.weight][effect.loss]
    thing, loss, said = matrix.objects[weight.weight], matrix.losses[effect.loss], tables.levels[level]
    words = Words(
        f"影响对象{thing.zh}（{weight.words.zh}）× 业务损失{loss.zh} → {said.zh}",
        f"{thing.en} object ({weight.words.en}) × {loss.en} loss → {said.en}",
    )
    yield Matched(f"matrix-{weight.weight}-{effect.loss}", level, words, matrix.basis)
    if effect.harm < ORDINARY:
        harm = tables.levels[effect.harm]
        words = Words(f"社会危害{harm.zh}", f"harm to society: {harm.en}")
        yield Matched(f"harm-{effect.harm}", effect.harm, words, matrix.defaults_basis)


def _deadlines(facts: Facts, tables: Tables, level: int, class_code: str | None) -> Iterator[Clock]:
    starts = {
        # 发现或获知, whichever was first
        "detected": min(facts.detected_at, facts.learned_at or facts.detected_at),
        "confirmed": facts.confirmed_at,
        "closed": facts.closed_at,
        "receipt": facts.received_at,
    }
    for duty in tables.deadlines:
        start = starts.get(duty.starts)
        if duty.minutes is None or start is None or not _binds(duty, facts, level, class_code):
            continue
        due = start + timedelta(minutes=duty.minutes)
        kind = "others" if duty.others else "deadline"
        yield Clock(duty.id, kind, duty.words, start, due, duty.article, duty.basis, duty.starts)


def _binds(duty: Deadline, facts: Facts, level: int, class_code: str | None) -> bool:
    """Whether a duty holds for an incident of this grade and class."""
    return (
        (duty.cii is None or duty.cii == facts.is_cii)
        and (duty.ranks is None or facts.rank in duty.ranks)
        and (duty.classes is None or any((class_code or "").startswith(prefix) for prefix in duty.classes))
        and (duty.numbers is None or any(facts.numbers.get(kind, 0) > 0 for kind in duty.numbers))
        and (duty.at_least is None or level <= duty.at_least)
        and duty.exactly in (None, level)
    )


def _as_clocks(facts: Facts, thresholds: tuple[Threshold, ...], tables: Tables) -> Iterator[Clock]:
    by_id = {row.id: row for row in tables.rows}
    for threshold in thresholds:
        if facts.confirmed_level is not None and threshold.level >= facts.confirmed_level:
            continue
        said = tables.levels[threshold.level]
        words = Words(f"达到{said.zh}：{threshold.words.zh}", f"Becomes {said.en.lower()}: {threshold.words.en}")
        start = facts.spells[by_id[threshold.id].kind].start
        article, basis = tables.guide.zh, threshold.basis
        yield Clock(threshold.id, "threshold", words, start, threshold.at, article, basis, "spell")
