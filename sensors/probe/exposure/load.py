"""Loading rules: every feature is on a list of what is allowed, anything else refuses the rule with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import re2
import yaml

from sensors.probe.answer import Method
from sensors.probe.exposure.rule import Extractor, Matcher, Refused, Request, Rule

MOST_BYTES: Final = 256 * 1024
MOST_PATHS: Final = 200
_PROTOCOLS: Final = (
    "dns", "file", "tcp", "network", "headless", "code", "javascript", "ssl", "websocket", "whois", "workflows",
)  # fmt: skip
_TOP: Final = frozenset({"id", "info", "http", "requests"})
_REQUEST: Final = frozenset(
    {"method", "path", "headers", "matchers", "matchers-condition", "extractors", "redirects", "host-redirects",
     "max-redirects", "stop-at-first-match", "max-size", "id", "name", "disable-cookie"}
)  # fmt: skip
_MATCHER: Final = frozenset(
    {"type", "part", "words", "status", "regex", "condition", "negative", "case-insensitive", "name"}
)
_EXTRACTOR: Final = frozenset({"type", "part", "regex", "kval", "group", "name", "case-insensitive"})
_PARTS: Final = frozenset({"body", "header", "all_headers", "headers", "all", "response", "status_code", "raw"})
_WORDS: Final = {"word": "words", "status": "status", "regex": "regex"}
_HEADERS: Final = frozenset({"accept", "accept-language", "x-requested-with", "range", "content-type", "user-agent"})
_ATTACK_TAGS: Final = frozenset(
    {"rce", "sqli", "lfi", "xss", "ssrf", "ssti", "xxe", "intrusive", "dos", "fuzz", "bruteforce", "default-login",
     "deserialization", "injection", "traversal", "oast", "redirect", "crlf", "csrf", "fileupload"}
)  # fmt: skip
_PAYLOAD: Final = re2.compile(
    r"(?i)\.\./|\.\.\\|%2e%2e|%252e|\.\.;|<script|%3cscript|union(\+|%20|\s)select|sleep\(|/etc/passwd|win\.ini"
    r"|\$\{|%24%7b|;(cat|id|ls|whoami)\b|(cmd|exec|command)=|%0a|%0d|'|%27|\bor(\+|%20)1=1|logout|delete|shutdown|restart"
)
_VARIABLE: Final = re2.compile(r"\{\{([^{}]*)\}\}")
VARIABLES: Final = frozenset(
    {"BaseURL", "RootURL", "Hostname", "Host", "Port", "Scheme", "FQDN", "RDN", "DN", "randstr"}
)


class _Refusal(Exception):
    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


def load_rule(text: str, source: str) -> Rule | Refused:
    """The rule of a file's text, or why it does not run."""
    try:
        return _rule(text)
    except _Refusal as refusal:
        return Refused(source, refusal.kind, str(refusal))


def load_folder(folder: Path) -> tuple[list[Rule], list[Refused]]:
    """Every rule below a folder, and every file that is refused."""
    rules: list[Rule] = []
    refused: list[Refused] = []
    for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.yml"))):
        name = str(path.relative_to(folder))
        if path.stat().st_size > MOST_BYTES:
            refused.append(Refused(name, "size", f"over {MOST_BYTES >> 10} KB"))
            continue
        found = load_rule(path.read_text("utf-8", errors="replace"), name)
        if isinstance(found, Rule):
            rules.append(found)
        else:
            refused.append(found)
    return rules, refused


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """The rules of `rules/exposure`. ValueError when one of our own does not run."""
    rules = []
    for file in sorted((resources.files("rules") / "exposure").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".yml"):
            continue
        found = load_rule(file.read_text("utf-8"), file.name)
        if isinstance(found, Refused):
            raise ValueError(f"rules/exposure/{found.source}: {found.detail}")
        rules.append(found)
    return tuple(rules)


def _rule(text: str) -> Rule:
    try:
        document: Any = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe both
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _Refusal("yaml", f"not YAML: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(document, dict) or not document.get("id"):
        raise _Refusal("shape", "no mapping with an id")
    _protocols(document)
    given = document.get("info")
    info: Mapping[str, Any] = given if isinstance(given, dict) else {}
    _safe(text, info)
    blocks = document.get("http") or document.get("requests")
    if not isinstance(blocks, list) or not blocks:
        raise _Refusal("protocol", "no http requests")
    return Rule(
        id=str(document["id"]),
        name=str(info.get("name", document["id"])),
        severity=str(info.get("severity", "info")),
        requests=tuple(_request(block) for block in blocks),
    )


def _protocols(document: Mapping[str, Any]) -> None:
    for name in _PROTOCOLS:
        if name in document:
            raise _Refusal("protocol", f"protocol {name!r} is not run")
    for name in document:
        if name not in _TOP:
            raise _Refusal(str(name), f"{name!r} is not supported")


def _safe(text: str, info: Mapping[str, Any]) -> None:
    if "interactsh" in text:
        raise _Refusal("oast", "calls a third party (interactsh)")
    tags = info.get("tags", "")
    listed = tags if isinstance(tags, list) else str(tags).split(",")
    attack = sorted({str(tag).strip().lower() for tag in listed} & _ATTACK_TAGS)
    if attack:
        raise _Refusal("attack tag", f"tagged {attack[0]!r}")


def _request(block: Any) -> Request:
    if not isinstance(block, dict):
        raise _Refusal("shape", "a request is no mapping")
    for name in block:
        if name not in _REQUEST:
            raise _Refusal(str(name), f"request key {name!r} is not supported")
    method = str(block.get("method", "GET")).upper()
    if method not in Method.__members__:
        raise _Refusal("method", f"method {method} is never sent")
    paths = _strings(block.get("path"), "path")
    if not paths or len(paths) > MOST_PATHS:
        raise _Refusal("path", f"{len(paths)} paths")
    for path in paths:
        _path(path)
    matchers = tuple(_matcher(item) for item in _list(block.get("matchers"), "matchers"))
    extractors = tuple(_extractor(item) for item in _list(block.get("extractors"), "extractors"))
    if not matchers and not extractors:
        raise _Refusal("matchers", "nothing to match")
    return Request(
        method=Method[method],
        paths=tuple(paths),
        headers=_headers(block.get("headers")),
        matchers=matchers,
        extractors=extractors,
        every=_condition(block.get("matchers-condition")),
        redirects=bool(block.get("redirects") or block.get("host-redirects")),
        same_host=bool(block.get("host-redirects")),
        first_only=bool(block.get("stop-at-first-match")),
        limit=_number(block["max-size"], "max-size") if "max-size" in block else None,
    )


def _path(path: str) -> None:
    if not path.startswith(("{{BaseURL}}", "{{RootURL}}")):
        raise _Refusal("path", f"path {path[:60]!r} leaves the site")
    rest = path.partition("}}")[2]
    if rest and not rest.startswith(("/", "?")):
        raise _Refusal("path", f"path {path[:60]!r} changes the host")
    for name in _VARIABLE.findall(path):
        if name not in VARIABLES:
            raise _Refusal("helper in request", f"{{{{{name[:40]}}}}} in a path")
    if _PAYLOAD.search(rest):
        raise _Refusal("payload", f"path {path[:80]!r} looks like an attack or an action")


def _headers(given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _Refusal("headers", "headers are no mapping")
    for name, value in given.items():
        if str(name).lower() not in _HEADERS or _PAYLOAD.search(str(value)) or "{{" in str(value):
            raise _Refusal("headers", f"header {name!r} is not sent")
    return {str(name): str(value) for name, value in given.items() if str(name).lower() != "user-agent"}


def _matcher(item: Any) -> Matcher:
    kind = str(item.get("type", "word")) if isinstance(item, dict) else ""
    if kind not in _WORDS:
        raise _Refusal(f"matcher {kind or '?'}", f"matcher type {kind!r} is not supported")
    for name in item:
        if name not in _MATCHER:
            raise _Refusal(f"matcher key {name}", f"matcher key {name!r} is not supported")
    values = item.get(_WORDS[kind])
    patterns: tuple[Any, ...]
    if kind == "status":
        patterns = tuple(_number(value, "status") for value in _list(values, "status"))
    else:
        words = _strings(values, _WORDS[kind])
        if any("{{" in word and _VARIABLE.search(word) for word in words):
            raise _Refusal("helper in matcher", "a matcher with {{…}}")
        patterns = tuple(_regex(word) for word in words) if kind == "regex" else tuple(words)
    if not patterns:
        raise _Refusal("matchers", f"a {kind} matcher with nothing to match")
    return Matcher(
        kind=kind,
        part=_part(item.get("part")),
        patterns=patterns,
        every=_condition(item.get("condition")),
        negative=bool(item.get("negative")),
        any_case=bool(item.get("case-insensitive")),
    )


def _extractor(item: Any) -> Extractor:
    kind = str(item.get("type", "regex")) if isinstance(item, dict) else ""
    if kind not in ("regex", "kval"):
        raise _Refusal(f"extractor {kind or '?'}", f"extractor type {kind!r} is not supported")
    for name in item:
        if name not in _EXTRACTOR:
            raise _Refusal(f"extractor key {name}", f"extractor key {name!r} is not supported")
    words = _strings(item.get(kind), kind)
    return Extractor(
        kind=kind,
        part=_part(item.get("part")),
        patterns=tuple(_regex(word) for word in words) if kind == "regex" else tuple(words),
        group=_number(item.get("group", 0), "group"),
    )


def _part(part: Any) -> str:
    name = str(part or "body")
    if name not in _PARTS:
        raise _Refusal(f"part {name}", f"part {name!r} is not supported")
    return name


def _condition(given: Any) -> bool:
    name = str(given or "or")
    if name not in ("and", "or"):
        raise _Refusal("condition", f"condition {name!r} is not known")
    return name == "and"


def _regex(pattern: str) -> Any:
    try:
        return re2.compile(pattern)
    except re2.error as error:
        raise _Refusal("regex", f"pattern {pattern[:80]!r} does not compile") from error


def _number(value: Any, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _Refusal("shape", f"{what} {value!r} is no number")
    return value


def _list(given: Any, what: str) -> Sequence[Any]:
    if given is None:
        return ()
    if not isinstance(given, list):
        raise _Refusal("shape", f"{what} is no list")
    return given


def _strings(given: Any, what: str) -> list[str]:
    return [str(item) for item in _list(given, what)]
