"""One pass over a batch for all rules of its dataset: every literal in one automaton, the rest on what is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final, TypeAlias
from urllib.parse import unquote_plus

import ahocorasick_rs
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import re2

from analytics.sigma.sources import Text
from analytics.sigma.tree import (
    All,
    BooleanTest,
    Leaf,
    NetworkTest,
    Node,
    Not,
    NullTest,
    NumberTest,
    RegexTest,
    SameTest,
    Some,
    TextTest,
    Wild,
)
from sensors.contract.batch import EventBatch
from sensors.contract.fields import BY_NAME

Mask: TypeAlias = npt.NDArray[np.bool_]
_MOST_HITS: Final = 3_000_000
_COMPARE: Final[dict[str, Callable[[Any, float], Any]]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def literal_of(test: TextTest) -> str:
    """The longest literal of a pattern, in lower case; "" when it has none."""
    return max((part.lower() for part in test.parts if isinstance(part, str)), key=len, default="")


def leaves(node: Node) -> list[Leaf]:
    """Every test of a tree."""
    if isinstance(node, All | Some):
        return [leaf for part in node.parts for leaf in leaves(part)]
    return leaves(node.part) if isinstance(node, Not) else [node]


@dataclass(slots=True)
class _Column:
    """A column's distinct values: row → value number (-1 none), the values, and the same in lower case."""

    codes: npt.NDArray[np.int64]
    values: list[str]
    lower: list[str]
    owners: npt.NDArray[np.int64] | None = None


class Automata:
    """The automata of a set of trees, one for each text: built once, run on every batch."""

    def __init__(self, trees: Sequence[Node]) -> None:
        wanted: dict[Text, set[str]] = {}
        for tree in trees:
            for leaf in leaves(tree):
                if isinstance(leaf, TextTest) and literal_of(leaf):
                    for text in leaf.texts:
                        wanted.setdefault(text, set()).add(literal_of(leaf))
        self.literals = {text: sorted(found) for text, found in wanted.items()}
        self.machines = {
            text: ahocorasick_rs.AhoCorasick(found, implementation=ahocorasick_rs.Implementation.ContiguousNFA)
            for text, found in self.literals.items()
        }


@dataclass(slots=True)
class Scan:
    """The columns of one batch, and what was found in them so far."""

    batch: EventBatch
    automata: Automata
    _columns: dict[Text, _Column] = field(default_factory=dict)
    _hits: dict[Text, dict[str, npt.NDArray[np.int64]]] = field(default_factory=dict)
    _known: dict[Leaf, Mask] = field(default_factory=dict)

    def mask(self, node: Node) -> Mask:
        """The rows on which a tree holds. A test on a missing value fails; its negation holds."""
        if isinstance(node, All):
            found = np.ones(len(self.batch), dtype=np.bool_)
            for part in sorted(node.parts, key=_cost):
                found = found & self.mask(part)
                if not found.any():
                    break
            return found
        if isinstance(node, Some):
            found = np.zeros(len(self.batch), dtype=np.bool_)
            for part in node.parts:
                found = found | self.mask(part)
            return found
        if isinstance(node, Not):
            return ~self.mask(node.part)
        if node not in self._known:
            self._known[node] = self._leaf(node)
        return self._known[node]

    def _leaf(self, leaf: Leaf) -> Mask:
        if isinstance(leaf, TextTest):
            return self._any(leaf.texts, lambda text: self._fits(text, leaf))
        if isinstance(leaf, RegexTest):
            machine = re2.compile(leaf.pattern)
            return self._any(leaf.texts, lambda text: self._each(text, lambda value: machine.search(value) is not None))
        if isinstance(leaf, NetworkTest):
            return self._any(leaf.texts, lambda text: self._each(text, lambda value: _inside(value, leaf.network)))
        if isinstance(leaf, NullTest):
            return ~self._any(leaf.texts, self._present)
        if isinstance(leaf, SameTest):
            return self._same(leaf)
        return self._any(leaf.texts, lambda text: self._number(text, leaf))

    def _any(self, texts: Sequence[Text], look: Callable[[Text], Mask]) -> Mask:
        found = np.zeros(len(self.batch), dtype=np.bool_)
        for text in texts:
            if text.column in self.batch.table.column_names:
                found |= look(text)
        return found

    def _present(self, text: Text) -> Mask:
        valid: Mask = pc.is_valid(self.batch.table.column(text.column)).to_numpy()
        return valid

    def _number(self, text: Text, leaf: NumberTest | BooleanTest) -> Mask:
        column = self.batch.table.column(text.column)
        if isinstance(leaf, BooleanTest):
            same: Mask = pc.fill_null(pc.equal(column, leaf.value), False).to_numpy()
            return same
        values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        with np.errstate(invalid="ignore"):
            found: Mask = _COMPARE[leaf.sign](values, leaf.value) & ~np.isnan(values)
        return found

    def _each(self, text: Text, holds: Callable[[str], bool]) -> Mask:
        column = self._column(text)
        return self._rows(column, np.fromiter(map(holds, column.values), dtype=np.bool_, count=len(column.values)))

    def _rows(self, column: _Column, values: Mask) -> Mask:
        padded = np.append(values, False)
        if column.owners is None:
            return padded[column.codes]
        found = np.zeros(len(self.batch), dtype=np.bool_)
        found[column.owners[padded[column.codes]]] = True
        return found

    def _fits(self, text: Text, leaf: TextTest) -> Mask:
        column = self._column(text)
        literal = literal_of(leaf)
        fits = _fitter(leaf)
        values = np.zeros(len(column.values), dtype=np.bool_)
        pool = column.values if leaf.cased else column.lower
        candidates = self._found(text, column).get(literal) if literal else range(len(pool))
        for place in candidates if candidates is not None else ():
            values[place] = fits(pool[place])
        return self._rows(column, values)

    def _found(self, text: Text, column: _Column) -> dict[str, npt.NDArray[np.int64]]:
        if text not in self._hits:
            self._hits[text] = _search(self.automata.machines[text], self.automata.literals[text], column.lower)
        return self._hits[text]

    def _column(self, text: Text) -> _Column:
        if text not in self._columns:
            table = self.batch.table
            column = _addresses(table) if text.form == "address" else table.column(text.column)
            self._columns[text] = _encoded(column, text)
        return self._columns[text]

    def _same(self, leaf: SameTest) -> Mask:
        found = np.zeros(len(self.batch), dtype=np.bool_)
        for one in leaf.texts:
            for other in leaf.other:
                pairs = zip(self.batch.column(one.column), self.batch.column(other.column), strict=True)
                found |= np.fromiter((_same(a, b, leaf.where) for a, b in pairs), np.bool_, len(self.batch))
        return found


def _search(
    machine: ahocorasick_rs.AhoCorasick, literals: Sequence[str], values: Sequence[str]
) -> dict[str, npt.NDArray[np.int64]]:
    starts = np.cumsum([0, *(len(value) + 1 for value in values)])
    hits = machine.find_matches_as_indexes("\n".join(values), overlapping=True)
    if not hits:
        return {}
    table = np.array(hits, dtype=np.int64)
    rows = np.searchsorted(starts, table[:, 1], side="right") - 1
    order = np.lexsort((rows, table[:, 0]))
    which, rows = table[order, 0], rows[order]
    edges = np.flatnonzero(np.diff(which)) + 1
    return {
        literals[int(which[begin])]: np.unique(part)
        for begin, part in zip([0, *edges], np.split(rows, edges), strict=True)
    }


def _encoded(column: pa.ChunkedArray, text: Text) -> _Column:
    owners = None
    array = column.combine_chunks()
    if BY_NAME[text.column].kind in ("keywords", "ips"):
        owners = pc.list_parent_indices(array).to_numpy()
        array = pc.list_flatten(array)
    if not pa.types.is_string(array.type):
        array = array.cast(pa.string())
    encoded = pc.dictionary_encode(array)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    values: list[str] = encoded.dictionary.to_pylist()
    if text.form in _FORMS:
        values = [_FORMS[text.form](value) for value in values]
    return _Column(codes, values, [value.lower() for value in values], owners)


def _addresses(table: pa.Table) -> pa.ChunkedArray:
    """The whole address of each request, as a proxy logs it."""
    target, host = table.column("url.original"), table.column("url.domain")
    relative = pc.and_(pc.starts_with(target, "/"), pc.is_valid(host))
    return pc.if_else(pc.fill_null(relative, False), pc.binary_join_element_wise("http://", host, target, ""), target)


def _decoded(value: str) -> str:
    return unquote_plus(value, errors="replace") if "%" in value or "+" in value else value


def _extension(path: str) -> str:
    name = path.partition("?")[0].rpartition("/")[2]
    return name.rpartition(".")[2] if "." in name else ""


def _initiated(direction: str) -> str:
    return {"outbound": "true", "inbound": "false"}.get(direction, "")


_FORMS: Final[dict[str, Callable[[str], str]]] = {
    "decoded": _decoded,
    "extension": _extension,
    "initiated": _initiated,
}


def _fitter(leaf: TextTest) -> Callable[[str], bool]:
    parts = leaf.parts if leaf.cased else tuple(p.lower() if isinstance(p, str) else p for p in leaf.parts)
    many = Wild(True)
    if not parts:
        return lambda value: value == ""
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0].__eq__
    if len(parts) == 2 and parts[0] == many and isinstance(parts[1], str):
        return _ends(parts[1])
    if len(parts) == 2 and parts[1] == many and isinstance(parts[0], str):
        return _starts(parts[0])
    if len(parts) == 3 and parts[0] == many == parts[2] and isinstance(parts[1], str):
        return _holds(parts[1])
    pattern = "".join(re.escape(part) if isinstance(part, str) else (".*" if part.many else ".") for part in parts)
    machine = re2.compile(f"(?s)\\A{pattern}\\z")
    return lambda value: machine.search(value) is not None


def _ends(part: str) -> Callable[[str], bool]:
    return lambda value: value.endswith(part)


def _starts(part: str) -> Callable[[str], bool]:
    return lambda value: value.startswith(part)


def _holds(part: str) -> Callable[[str], bool]:
    return lambda value: part in value


def _inside(value: str, network: Any) -> bool:
    try:
        address = ip_address(value)
    except ValueError:
        return False
    return address.version == network.version and address in network


def _same(one: Any, other: Any, where: str) -> bool:
    if one is None or other is None:
        return False
    left, right = str(one).lower(), str(other).lower()
    if where == "whole":
        return left == right
    if where == "inside":
        return right in left
    return left.startswith(right) if where == "start" else left.endswith(right)


def _cost(node: Node) -> int:
    if isinstance(node, NumberTest | BooleanTest):
        return 0
    if isinstance(node, TextTest):
        return 1 if literal_of(node) else 3
    return 2 if isinstance(node, Some | All) else 4
