"""A part of an incident's page."""

from __future__ import annotations

from console.incidents.panel import Panel


def test_a_part_does_not_lead_unless_it_says_so() -> None:
    assert not Panel("response/panel.html").leads
