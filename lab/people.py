"""The lab's pretend colleagues: they carry the night's incident as far as a newcomer can take it on by hand."""

from __future__ import annotations

from typing import Final

# A visitor of the lab sits at every desk of the office, one after the other.
VISITOR: Final = frozenset({"analyst", "lead", "commander", "editor"})
