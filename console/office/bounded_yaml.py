"""Reading YAML that somebody handed in: bounded in size, depth and nodes, without aliases, each key once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

import yaml

MOST_BYTES: Final = 256 * 1024
MOST_NODES: Final = 20_000
MOST_DEPTH: Final = 20


class BadDocument(ValueError):
    """The document cannot be used; the sentence says what and where."""


class _OnceLoader(yaml.SafeLoader):
    """A safe loader to which a key that is written twice is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise BadDocument(f"line {key_node.start_mark.line + 1}: {key!r} is written twice; keep one")
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(content: bytes, name: str) -> Any:
    """The values of a document. BadDocument for one that is no YAML, is too large or too deep, or holds aliases."""
    if len(content) > MOST_BYTES:
        raise BadDocument(f"{name}: {len(content)} bytes; at most {MOST_BYTES} are taken")
    try:
        text = content.decode("utf-8-sig")
        _measure(text, name)
        return yaml.load(text, _OnceLoader)  # noqa: S506 - a SafeLoader
    except UnicodeDecodeError as error:
        raise BadDocument(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise BadDocument(f"{name}: {where}{getattr(error, 'problem', None) or 'no YAML'}; mend it") from error
    except BadDocument as error:
        raise BadDocument(str(error) if str(error).startswith(name) else f"{name}: {error}") from error
    except (ValueError, TypeError) as error:
        raise BadDocument(f"{name}: {error}; mend the value") from error


def _measure(text: str, name: str) -> None:
    """Walk the document's events, which costs its length and no more, before anything is built of them."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, yaml.SafeLoader), 1):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadDocument(f"{name}: line {line}: anchors and aliases are not taken; write the values out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            raise BadDocument(f"{name}: line {line}: nested deeper than {MOST_DEPTH}")
        if nodes > MOST_NODES:
            raise BadDocument(f"{name}: more than {MOST_NODES} parts")
