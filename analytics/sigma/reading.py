"""Reading what others wrote: documents of a file within bounds, and values of a rule as the specification has them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml
from sigma.modifiers import (
    SigmaBase64Modifier,
    SigmaBase64OffsetModifier,
    SigmaContainsModifier,
    SigmaEndswithModifier,
    SigmaModifier,
    SigmaRegularExpressionModifier,
    SigmaStartswithModifier,
    SigmaUTF16BEModifier,
    SigmaUTF16Modifier,
    SigmaWideModifier,
)
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaDetections
from sigma.types import SigmaExpansion, SigmaRegularExpression, SigmaString, SigmaType

from analytics.sigma.compile import CannotRun

DEEPEST: Final = 40
MOST_NODES: Final = 50_000
MOST_ALIASES: Final = 20
LONGEST_CONDITION: Final = 4_000
MOST_DASHES: Final = 4
_DASH: Final = re.compile(r"\B[-/]\b")
_ENCODINGS: Final[dict[type[SigmaModifier[Any, Any]], tuple[bytes, str]]] = {
    SigmaWideModifier: (b"", "utf-16-le"),
    SigmaUTF16BEModifier: (b"", "utf-16-be"),
    SigmaUTF16Modifier: (b"\xff\xfe", "utf-16-le"),
}


def documents(text: str) -> Iterator[Any]:
    """The YAML documents of a text. YAMLError says where it is broken; CannotRun when it is made to exhaust us."""
    depth = aliases = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
        aliases += isinstance(event, yaml.AliasEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        # Aliases of aliases multiply, so a text that has any must be short.
        if depth > DEEPEST or aliases > MOST_ALIASES or nodes > (MOST_NODES // 25 if aliases else MOST_NODES):
            line = event.start_mark.line + 1 if event.start_mark else 0
            raise CannotRun(f"line {line}: nested too deeply or too long to be a rule")
    yield from yaml.load_all(text, Loader=yaml.CSafeLoader)


def bounded(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as the parser may have it: without `timeframe`, which it takes for a detection."""
    found = dict(document)
    detection = found.get("detection")
    if isinstance(detection, dict):
        if any(
            len(str(one)) > LONGEST_CONDITION
            for one in detection.values()
            if isinstance(one, str) and one is detection.get("condition")
        ):
            raise CannotRun("its condition is too long")
        condition = str(detection.get("condition", ""))
        if condition.count("(") > DEEPEST:
            raise CannotRun("its condition is nested too deeply")
        trap = re.search(r"\bnot[\w*-]+", condition)
        if trap:
            raise CannotRun(f"detection {trap[0]!r} cannot be told from a negation; name it otherwise")
        _count_dashes(detection)
        found["detection"] = {name: value for name, value in detection.items() if name != "timeframe"}
    return found


def _count_dashes(value: Any, *, windash: bool = False) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _count_dashes(inner, windash="windash" in str(key).split("|"))
    elif isinstance(value, list):
        for inner in value:
            _count_dashes(inner, windash=windash)
    elif windash and isinstance(value, str) and len(_DASH.findall(value)) > MOST_DASHES:
        raise CannotRun(f"windash on a value with more than {MOST_DASHES} dashes")


def corrected(detections: SigmaDetections) -> None:
    """Put right the values that the parser builds otherwise than the specification says."""
    for detection in detections.detections.values():
        for item in _items(detection):
            if {SigmaBase64Modifier, SigmaBase64OffsetModifier} & set(item.modifiers):
                _encode(item)
            if SigmaRegularExpressionModifier in item.modifiers:
                _anchor(item)


def _items(detection: SigmaDetection) -> Iterator[SigmaDetectionItem]:
    for item in detection.detection_items:
        if isinstance(item, SigmaDetection):
            yield from _items(item)
        else:
            yield item


def _encode(item: SigmaDetectionItem) -> None:
    """Base64 of the bytes meant: wildcards escaped in the rule are letters, a byte order mark is its two bytes."""
    before: list[type[SigmaModifier[Any, Any]]] = []
    after: list[type[SigmaModifier[Any, Any]]] = []
    offsets = SigmaBase64OffsetModifier in item.modifiers
    for modifier in item.modifiers:
        if modifier in (SigmaBase64Modifier, SigmaBase64OffsetModifier):
            if before and before[-1] not in _ENCODINGS:
                raise CannotRun("base64 may only follow an encoding")
            after = []
        elif modifier in _ENCODINGS and not after:
            before.append(modifier)
        else:
            after.append(modifier)
    mark, encoding = _ENCODINGS[before[-1]] if before else (b"", "utf-8")
    values: list[SigmaType] = []
    for value in item.original_value or []:
        if not isinstance(value, SigmaString) or not all(isinstance(part, str) for part in value.s):
            raise CannotRun("base64 needs a text without wildcards")
        raw = mark + "".join(part for part in value.s if isinstance(part, str)).encode(encoding)
        values.append(SigmaExpansion(list(_shifted(raw))) if offsets else _plain(b64encode(raw).decode()))
    item.value, item.modifiers = values, after
    item.apply_modifiers()


def _shifted(raw: bytes) -> Iterator[SigmaString]:
    for shift, begin in enumerate((0, 2, 3)):
        text = b64encode(b"\0" * shift + raw).decode()
        end = (None, -3, -2)[(len(raw) + shift) % 3]
        yield _plain(text[begin:end])


def _plain(text: str) -> SigmaString:
    return SigmaString.from_str(text)


def _anchor(item: SigmaDetectionItem) -> None:
    """A regular expression that starts or ends the value is anchored there; `contains` is what a search does."""
    starts, ends = SigmaStartswithModifier in item.modifiers, SigmaEndswithModifier in item.modifiers
    if not (starts or ends or SigmaContainsModifier in item.modifiers):
        return
    values: list[SigmaType] = []
    for given, value in zip(item.original_value or [], item.value, strict=True):
        if not isinstance(value, SigmaRegularExpression) or not isinstance(given, SigmaString):
            raise CannotRun("a regular expression cannot be combined so")
        inner = f"(?:{given.original})"
        text = (r"\A" if starts else "") + inner + ("$" if ends else "")
        values.append(SigmaRegularExpression(text, value.flags))
    item.value = values
