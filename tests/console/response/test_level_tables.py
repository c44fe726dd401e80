"""The tables of response levels."""

from __future__ import annotations

from console.response.level_tables import CALLOUT, RESPONSE_LEVEL


def test_a_change_is_numbered_once_in_its_incident_and_a_place_is_called_once() -> None:
    unique = {
        table.name: [
            tuple(column.name for column in constraint.columns)
            for constraint in table.constraints
            if type(constraint).__name__ == "UniqueConstraint"
        ]
        for table in (RESPONSE_LEVEL, CALLOUT)
    }

    assert unique == {
        "response_level": [("incident_id", "seq")],
        "callout": [("incident_id", "episode", "slot", "place")],
    }
