"""Rules of folders, compiled or listed with the reason why not, and matched against batches in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import yaml
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule

from analytics.sigma.compile import CannotRun, compile_condition
from analytics.sigma.correlate import Correlation, correlation_of
from analytics.sigma.reading import bounded, corrected, documents
from analytics.sigma.scan import Automata, Scan
from analytics.sigma.settle import quiet, settle
from analytics.sigma.sources import Source, source_of
from analytics.sigma.tree import Node, Some
from sensors.contract.batch import EventBatch

LARGEST: Final = 1024 * 1024
Parsed = TypeVar("Parsed", SigmaRule, SigmaCorrelationRule)
LEVELS: Final = ("informational", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule document: what it is, and whether it runs or why not."""

    path: str
    id: str
    title: str
    kind: str
    logsource: str
    runs: bool
    reason: str | None
    level: str = "informational"
    tags: tuple[str, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def ours(self) -> Mapping[str, Any]:
        """Our own key of a rule: sentence, entity, class, alert."""
        given = self.document.get("gongga")
        return given if isinstance(given, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Match:
    """A rule, and the rows of a batch it matches, in order."""

    rule: RuleEntry
    rows: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule that runs: its entry, its source and its tree."""

    entry: RuleEntry
    source: Source
    tree: Node


def shipped() -> list[Traversable]:
    """The folders of our own pack."""
    rules = resources.files("rules")
    return [rules / "sigma", rules / "correlation"]


class Ruleset:
    """The rules of some folders. A bad rule is an entry with its reason, never an error."""

    def __init__(
        self, entries: Sequence[RuleEntry], rules: Sequence[Compiled], correlations: Sequence[Correlation]
    ) -> None:
        self.entries = tuple(entries)
        self.correlations = tuple(correlations)
        self._by_dataset: dict[str, tuple[list[Compiled], Automata]] = {}
        datasets = {dataset for rule in rules for dataset in rule.source.datasets}
        for dataset in sorted(datasets):
            served = [rule for rule in rules if dataset in rule.source.datasets]
            self._by_dataset[dataset] = (served, Automata([rule.tree for rule in served]))

    @classmethod
    def load(cls, folders: Sequence[Path | Traversable]) -> Ruleset:
        """Every rule document under these folders."""
        entries: list[RuleEntry] = []
        rules: list[Compiled] = []
        correlations: list[Correlation] = []
        for folder in folders:
            for name, text in _texts(folder):
                for read, compiled in _documents(name, text):
                    entry, made = _first_of_its_id(read, compiled, entries)
                    entries.append(entry)
                    if isinstance(made, Correlation):
                        correlations.append(made)
                    elif made is not None:
                        rules.append(made)
        return cls(*_settled(entries, rules, correlations))

    def match(self, batch: EventBatch) -> list[Match]:
        """The rules that match rows of a batch. A rule only sees datasets, and directions, its log source names."""
        served = self._by_dataset.get(batch.dataset)
        if served is None or not len(batch):
            return []
        rules, automata = served
        scan = Scan(batch, automata)
        ways = np.array(batch.column("network.direction"), dtype=object)
        found = []
        for rule in rules:
            mask = scan.mask(rule.tree)
            if rule.source.direction is not None:
                mask = mask & (ways == rule.source.direction)
            if rule.source.not_direction is not None:
                mask = mask & (ways != rule.source.not_direction)
            rows = np.flatnonzero(mask)
            if len(rows):
                found.append(Match(rule.entry, rows))
        return found


def _first_of_its_id(
    entry: RuleEntry, made: Compiled | Correlation | None, before: Sequence[RuleEntry]
) -> tuple[RuleEntry, Compiled | Correlation | None]:
    other = next((one for one in before if one.runs and one.id == entry.id), None) if entry.runs else None
    if other is None:
        return entry, made
    return replace(entry, runs=False, reason=f"its id is that of another rule, {other.path}"), None


def _settled(
    entries: Sequence[RuleEntry], rules: Sequence[Compiled], correlations: Sequence[Correlation]
) -> tuple[list[RuleEntry], list[Compiled], list[Correlation]]:
    names = {rule.entry.id: rule.entry.id for rule in rules}
    names |= {str(rule.entry.document["name"]): rule.entry.id for rule in rules if rule.entry.document.get("name")}
    sources = {rule.entry.id: rule.source for rule in rules}
    good, reasons = settle(sources, names, correlations)
    silent = quiet(sources, good)
    settled = {id(entry): _silenced(entry, silent) for entry in entries}
    for entry in entries:
        if entry.kind == "correlation" and entry.runs and entry.id in reasons:
            settled[id(entry)] = replace(entry, runs=False, reason=reasons[entry.id])
    kept = [replace(rule, entry=settled[id(rule.entry)]) for rule in rules]
    return list(settled.values()), kept, good


def _silenced(entry: RuleEntry, silent: set[str]) -> RuleEntry:
    """A rule that only serves correlations makes no alerts of its own, unless it says so itself."""
    if entry.id not in silent or "alert" in entry.ours:
        return entry
    return replace(entry, document={**entry.document, "gongga": {**entry.ours, "alert": False}})


def _texts(folder: Path | Traversable) -> Iterator[tuple[str, str | None]]:
    if folder.is_file():
        yield str(folder), _text(folder)
        return
    for child in sorted(folder.iterdir(), key=lambda one: one.name):
        if child.is_dir():
            yield from _texts(child)
        elif child.name.endswith((".yml", ".yaml")):
            yield str(child), _text(child)


def _text(path: Path | Traversable) -> str | None:
    content = path.read_bytes()
    if len(content) > LARGEST:
        return None
    return content.decode("utf-8", "replace")


def _documents(name: str, text: str | None) -> Iterator[tuple[RuleEntry, Compiled | Correlation | None]]:
    if text is None:
        yield _refused(name, {}, f"the file is larger than {LARGEST} bytes"), None
        return
    try:
        found = [one for one in documents(text) if one is not None]
    except CannotRun as error:
        yield _refused(name, {}, str(error)), None
        return
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        yield _refused(name, {}, f"{where}not YAML: {str(getattr(error, 'problem', error))[:120]}"), None
        return
    if not found:
        yield _refused(name, {}, "the file holds no rule"), None
    for document in found:
        yield _one(name, document)


def _one(name: str, document: Any) -> tuple[RuleEntry, Compiled | Correlation | None]:
    if not isinstance(document, dict):
        return _refused(name, {}, "a rule is a table of keys; this is none"), None
    try:
        if "correlation" in document:
            correlation = _sound(SigmaCorrelationRule.from_dict(document, collect_errors=True))
            return _entry(name, document, "correlation", ""), correlation_of(correlation, document)
        if "filter" in document:
            raise CannotRun("filters are not applied")
        return _rule(name, document, _sound(SigmaRule.from_dict(bounded(document), collect_errors=True)))
    except CannotRun as error:
        return _refused(name, document, str(error)), None
    except (SigmaError, TypeError, ValueError, AttributeError, KeyError, IndexError, RecursionError) as error:
        return _refused(name, document, f"it cannot be read: {str(error)[:200] or type(error).__name__}"), None


def _sound(rule: Parsed) -> Parsed:
    if rule.errors:
        raise CannotRun(str(rule.errors[0])[:200])
    return rule


def _rule(name: str, document: Mapping[str, Any], rule: SigmaRule) -> tuple[RuleEntry, Compiled | None]:
    asked = rule.logsource
    source = source_of(asked.category, asked.product, asked.service)
    if source is None:
        return _refused(name, document, f"log source {_logsource(document)} is not served"), None
    corrected(rule.detection)
    trees = tuple(compile_condition(one.parsed, source) for one in rule.detection.parsed_condition)
    tree = trees[0] if len(trees) == 1 else Some(trees)
    entry = _entry(name, document, "rule", _logsource(document))
    return entry, Compiled(entry, source, tree)


def _entry(name: str, document: Mapping[str, Any], kind: str, logsource: str) -> RuleEntry:
    level = str(document.get("level", "medium"))
    return RuleEntry(
        path=name,
        id=str(document.get("id") or document.get("name") or name),
        title=str(document.get("title", "")),
        kind=kind,
        logsource=logsource,
        runs=True,
        reason=None,
        level=level if level in LEVELS else "medium",
        tags=tuple(str(tag) for tag in document.get("tags") or ()),
        document=document,
    )


def _refused(name: str, document: Mapping[str, Any], reason: str) -> RuleEntry:
    kind = next((kind for kind in ("correlation", "filter") if kind in document), "rule")
    title = str(document.get("title", ""))
    return RuleEntry(
        name,
        str(document.get("id", "")),
        title,
        kind,
        _logsource(document),
        runs=False,
        reason=" ".join(reason.split()),
    )


def _logsource(document: Mapping[str, Any]) -> str:
    given = document.get("logsource")
    if not isinstance(given, dict):
        return ""
    return "/".join(str(given[key]) for key in ("product", "category", "service") if given.get(key))
