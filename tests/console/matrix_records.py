"""Planting records of the second half's features in each place, for the matrix of roles and scopes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.console.matrix_places import Place, World

# One function a feature: what it plants for a place, as kind of object → id.
PLANTERS: Final[tuple[Callable[[World, Place], Mapping[str, str]], ...]] = ()
