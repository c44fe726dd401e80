"""A part of an incident's page that another feature makes; `panels` gathers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    """A template, such as "response/panel.html", and its values, which it finds as `panel.values`.

    `leads`: its box is the incident's next step and stands above everything else.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    leads: bool = False
