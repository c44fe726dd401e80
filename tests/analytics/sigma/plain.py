"""An independent judge of Sigma conditions: reads the YAML itself and walks documents one by one, slow and plain."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import unquote_plus

import yaml

from sensors.contract.fields import BY_NAME


class Judge:
    """Whether a row of dotted names meets a rule's detection; `fields` maps Sigma names as `rules/fields.yml` does."""

    def __init__(self, detection: Mapping[str, Any], fields: Mapping[str, list[str]], keywords: list[str]) -> None:
        self.detection = detection
        self.fields = fields
        self.keywords = keywords

    def holds(self, row: Mapping[str, Any]) -> bool:
        condition = self.detection["condition"]
        words = re.findall(r"\(|\)|[\w*.-]+", condition)
        self.words, self.place, self.row = words, 0, row
        return self.either(positive=True)

    def either(self, *, positive: bool) -> bool:
        found = self.both(positive=positive)
        while self.peek() == "or":
            self.place += 1
            found = self.both(positive=positive) or found
        return found

    def both(self, *, positive: bool) -> bool:
        found = self.one(positive=positive)
        while self.peek() == "and":
            self.place += 1
            found = self.one(positive=positive) and found
        return found

    def one(self, *, positive: bool) -> bool:
        word = self.words[self.place]
        self.place += 1
        if word == "not":
            return not self.one(positive=not positive)
        if word == "(":
            found = self.either(positive=positive)
            self.place += 1
            return found
        if word in ("1", "all", "any") and self.peek() == "of":
            pattern = self.words[self.place + 1]
            self.place += 2
            names = [name for name in self.detection if name not in ("condition", "timeframe")]
            if pattern != "them":
                names = [name for name in names if fnmatch.fnmatchcase(name, pattern)]
            else:
                names = [name for name in names if not name.startswith("_")]
            found_each = [self.item(self.detection[name], positive=positive) for name in names]
            return all(found_each) if word == "all" else any(found_each)
        return self.item(self.detection[word], positive=positive)

    def peek(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def item(self, item: Any, *, positive: bool) -> bool:
        if isinstance(item, list):
            return any(self.item(one, positive=positive) for one in item)
        if isinstance(item, Mapping):
            return all(self.field(key, value, positive=positive) for key, value in item.items())
        texts = self.texts(self.keywords, positive=positive)
        return any(fits(text, f"*{item}*") for text in texts)

    def field(self, key: str, value: Any, *, positive: bool) -> bool:
        name, *modifiers = key.split("|")
        columns = self.fields.get(name, [name])
        values = value if isinstance(value, list) else [value]
        results = [self.value(columns, one, modifiers, positive=positive) for one in values]
        return all(results) if "all" in modifiers else any(results)

    def value(self, columns: list[str], value: Any, modifiers: list[str], *, positive: bool) -> bool:
        texts = self.texts(columns, positive=positive)
        if "exists" in modifiers:
            return bool(texts) is bool(value)
        if value is None:
            return not texts
        if "cidr" in modifiers:
            return any(in_network(text, value) for text in texts)
        if "re" in modifiers:
            flags = sum(getattr(re, letter.upper()) for letter in modifiers if letter in "ims")
            return any(re.search(value, text, flags) for text in texts)
        for sign in ("lt", "lte", "gt", "gte"):
            if sign in modifiers:
                return any(compare(sign, float(text), float(value)) for text in texts)
        text = str(value)
        if "contains" in modifiers:
            text = f"*{text}*"
        if "startswith" in modifiers:
            text = f"{text}*"
        if "endswith" in modifiers:
            text = f"*{text}"
        return any(fits(one, text, cased="cased" in modifiers) for one in texts)

    def texts(self, columns: list[str], *, positive: bool) -> list[str]:
        found = []
        for column in columns:
            decoded = column.startswith("decoded(")
            if decoded and not positive:
                continue
            name = column[8:-1] if decoded else column
            value = self.row.get(name)
            values = value if BY_NAME[name].kind in ("keywords", "ips") and value is not None else [value]
            found += [unquote_plus(str(one)) if decoded else str(one) for one in values if one is not None]
        return found


def fits(text: str, pattern: str, *, cased: bool = False) -> bool:
    """Sigma's wildcards, written from the specification: `*` any run, `?` one, a backslash escapes those and itself."""
    out, place = "", 0
    while place < len(pattern):
        letter = pattern[place]
        following = pattern[place + 1 : place + 2]
        if letter == "\\" and following in ("*", "?", "\\") and following:
            out += re.escape(following)
            place += 1
        else:
            out += {"*": ".*", "?": "."}.get(letter, re.escape(letter))
        place += 1
    return re.fullmatch(out, text, re.DOTALL | (0 if cased else re.IGNORECASE)) is not None


def in_network(text: str, network: str) -> bool:
    try:
        return ip_address(text) in ip_network(network)
    except (ValueError, TypeError):
        return False


def compare(sign: str, left: float, right: float) -> bool:
    return {"lt": left < right, "lte": left <= right, "gt": left > right, "gte": left >= right}[sign]


def judge(text: str, fields: Mapping[str, list[str]], keywords: list[str]) -> Judge:
    return Judge(yaml.safe_load(text)["detection"], fields, keywords)
