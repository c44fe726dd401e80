"""Which marking is graver than which, and what may leave over a link; `rules/intel/markings.yml` says it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from analytics.intel.policy import load_markings

LEAST: Final = "内部"
# TLP 1 had another word for its lowest label.
_OLD: Final = {"white": "clear"}


@cache
def link_rules() -> dict[str, Any]:
    """What the link goes by, as it is shipped."""
    text = files("playbooks").joinpath("province", "link.yml").read_text("utf-8")
    rules: dict[str, Any] = yaml.safe_load(text)
    return rules


def names() -> tuple[str, ...]:
    """The markings, the least in front."""
    return load_markings().names


def rank(marking: str) -> int:
    """How grave a marking is. ValueError for one that is not known: such a thing never leaves."""
    known = names()
    if marking not in known:
        raise ValueError(f"the marking {marking!r} is not known; use one of {'、'.join(known)}")
    return known.index(marking)


def may_leave(marking: str, highest: str) -> bool:
    """Whether something of this marking may leave over a link that carries up to `highest`."""
    known = names()
    return marking in known and highest in known and known.index(marking) <= known.index(highest)


def of_tlp(label: str) -> str:
    """Our marking for a TLP label such as `TLP:AMBER`. ValueError for one that is not known."""
    name = label.strip().lower().removeprefix("tlp:")
    found = load_markings().tlp.get(_OLD.get(name, name))
    if found is None:
        raise ValueError(f"the label {label!r} is no TLP label")
    return found.marking
